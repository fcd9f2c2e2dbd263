import type { Dim, Shape } from './tensor.ts'

/** The shape of an elementwise result, by ONNX's (numpy's) rule; a named size fits itself and 1. */
export function broadcast(...shapes: Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => shapes
    .map((shape) => shape[axis - rank + shape.length] ?? 1)
    .reduce((a, b) => {
      if (a === b || b === 1) return a
      if (a === 1) return b
      throw new Error(`shapes do not broadcast: ${shapes.map(String).map((text) => `[${text}]`).join(' and ')}`)
    }))
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

/** Axes of `from` along which a broadcast from `to` repeated values: summing over them goes the way back. */
export function broadcastAxes(from: Shape, to: Shape): { axis: number; kept: boolean }[] {
  const added = from.length - to.length
  return from.flatMap<{ axis: number; kept: boolean }>((dim, axis) => {
    if (axis < added) return [{ axis, kept: false }]
    return to[axis - added] === 1 && dim !== 1 ? [{ axis, kept: true }] : []
  })
}

/** The name, or the number, of what is left of a size. */
export function minus(size: Dim, part: Dim): Dim {
  if (part === 0) return size
  if (typeof size === 'number' && typeof part === 'number') return size - part
  return `${size}-${part}`
}

/** The size along an axis as a number; fails where only a run knows it. */
export function known(shape: Shape, axis: number): number {
  const dim: Dim = shape.at(axis) as Dim
  if (typeof dim !== 'number') throw new Error(`the size of axis ${axis} of [${shape}] is not known before the run`)
  return dim
}
