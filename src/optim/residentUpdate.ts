/** The graphs of an update that leaves everything on the device: AdamW on gradients that were scaled, and adding up micro-batches. */
import { compile } from '../graph/onnx.ts'
import { add, concat, constant, div, gather, greater, input, mul, reduceSum, reshape, sqrt, sub, where } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { AdamWSettings, Variable } from './optimizer.ts'

/** A value as it is named in these graphs, of a variable. */
export const named = { value: 'p', gradient: 'g', m: 'm', v: 'v', part: 'part', place: 'place' } as const
export type Part = keyof typeof named

export function nameOf(part: Part, variable: string): string {
  return `${named[part]}:${variable}`
}

/** Numbers of each update, by how many there were before (rates.ts), float32 [updates]. */
export const rateNames = ['size', 'root2', 'decay'] as const

/**
 * torch's GradScaler.unscale_, clip_grad_norm_ and AdamW over all variables. From `scale`, `updates` and, of each variable, p, g, m, v to
 * p1, m1, v1, which may lie where p, m, v do; to `overflow` (0 or 1) and `result` [3]: loss, norm before clipping, overflow. Where a
 * gradient is not finite p, m and v stay as they are. Of a table g has the rows that a batch used, and `place` [rows] tells where
 * each row of the table finds its own: behind the last there is one of zeros.
 */
export function updateModel(variables: readonly Variable[], settings: AdamWSettings): Uint8Array {
  const [scale, loss] = ['scale', 'loss'].map((name) => input(name, 'float32', []))
  const updates = input('updates', 'int32', [])
  const [size, root2, decay] = rateNames.map((name) => gather(input(name, 'float32', ['updates.all']), updates))

  const squares = variables.map((variable) => squaresOf(gradientOf(variable))).reduce(add)
  const norm = div(sqrt(squares), scale)
  const isFinite = greater(largest, norm)
  const overflow = where(isFinite, 0, 1)
  const factor = div(clipFactor(norm, settings.max_grad_norm), scale)

  const outputs: Record<string, Tensor> = { overflow, result: concat([loss, norm, overflow].map((x) => reshape(x, [1])), 0) }
  for (const variable of variables) {
    const { name, shape } = variable
    const [p, m, v] = (['value', 'm', 'v'] as const).map((part) => input(nameOf(part, name), 'float32', shape))
    const gradient = mul(wholeGradient(variable), factor)
    const m1 = add(m, mul(sub(gradient, m), 1 - settings.adam_beta1))
    const v1 = add(mul(v, settings.adam_beta2), mul(mul(gradient, gradient), 1 - settings.adam_beta2))
    const p1 = sub(variable.decay ? mul(p, decay) : p, div(mul(m1, size), add(div(sqrt(v1), root2), settings.adam_epsilon)))
    outputs[`${nameOf('value', name)}1`] = where(isFinite, p1, p)
    outputs[`${nameOf('m', name)}1`] = where(isFinite, m1, m)
    outputs[`${nameOf('v', name)}1`] = where(isFinite, v1, v)
  }
  return compile(outputs).bytes
}

/** Adds the gradients and the loss of a micro-batch, `part`, to what came before; `isFirst` (1, else 0) overwrites that. In place. */
export function accumulateModel(variables: readonly Variable[]): Uint8Array {
  const isFirst = greater(input('isFirst', 'float32', []), 0)
  const sum = (before: Tensor, part: Tensor) => where(isFirst, part, add(before, part))
  const sums = variables.map((variable) => [nameOf('gradient', variable.name), sum(gradientOf(variable), gradientOf(variable, 'part'))] as const)
  return compile({
    'loss.sum': sum(input('loss', 'float32', []), input('loss.part', 'float32', [])),
    ...Object.fromEntries(sums.map(([name, tensor]) => [`${name}1`, tensor])),
  }).bytes
}

const largest = 3.4028234e38

function gradientOf({ name, shape, table }: Variable, part: Part = 'gradient'): Tensor {
  return input(nameOf(part, name), 'float32', table ? [usedRows(name), shape[1]] : shape)
}

function usedRows(name: string): string {
  return `used of ${name}`
}

/** Of a table: every row's, 0 where no batch used it. */
function wholeGradient(variable: Variable): Tensor {
  const { name, shape, table } = variable
  if (!table) return gradientOf(variable)
  const zeros = constant(new Float32Array(shape[1]), 'float32', [1, shape[1]])
  return gather(concat([gradientOf(variable), zeros], 0), input(nameOf('place', name), 'int32', [shape[0]]))
}

/** Σ x², first along the last axis: sums of few terms, in an order that no device has trouble with. */
function squaresOf(x: Tensor): Tensor {
  const rows = reduceSum(mul(x, x), [-1])
  return rows.shape.length === 0 ? rows : reduceSum(rows, rows.shape.map((_, axis) => axis))
}

/** As `clipFactor` (optimizer.ts). */
function clipFactor(norm: Tensor, maxNorm: number): Tensor {
  if (maxNorm <= 0) return add(mul(norm, 0), 1)
  const factor = div(maxNorm, add(norm, 1e-6))
  return where(greater(factor, 1), 1, factor)
}
