/** Line charts as inline SVG: colours are the theme's own, and a new point changes one attribute. */
import { element, setText, svg } from './dom.ts'

export interface Point {
  x: number
  y: number
}

export interface Series {
  name: string
  /** `line`, or `points` joined by a thin line. */
  kind: 'line' | 'points'
  /** A class of panel.css that gives the colour. */
  color: 'blue' | 'yellow' | 'green'
}

export interface Chart {
  root: HTMLElement
  /** One list of points a series; x up to `last`. */
  update(points: readonly (readonly Point[])[], last: number): void
}

const width = 340
const height = 150
const inset = { left: 38, right: 8, top: 8, bottom: 20 }
/** More points than pixels are thinned: each column keeps its mean. */
const mostPoints = 300

/** @param write a value of the y axis; `most` is the largest there can be */
export function chart(title: string, xName: string, series: readonly Series[], write: (value: number) => string, most = Infinity): Chart {
  const grid = svg('g', { class: 'grid' })
  const drawn = series.map(({ kind, color }) => ({
    line: svg('polyline', { class: `${kind} ${color}` }),
    dots: svg('g', { class: `dots ${color}` }),
  }))
  const xLast = svg('text', { x: width - inset.right, y: height - 5, class: 'end' })
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title },
    grid, ...drawn.flatMap(({ line, dots }) => [line, dots]), svg('text', { x: inset.left, y: height - 5 }), xLast)
  const legend = series.map(({ name, kind, color }) => element('span', { class: `key ${kind} ${color}` }, name))
  const root = element('figure', { class: 'chart' }, element('figcaption', {}, element('span', { class: 'title' }, title), ...legend), picture)

  function update(points: readonly (readonly Point[])[], last: number): void {
    const axis = yAxis(points.flat().map(({ y }) => y), most)
    const place = ({ x, y }: Point) => ({
      x: inset.left + (width - inset.left - inset.right) * (last === 0 ? 0 : x / last),
      y: inset.top + (height - inset.top - inset.bottom) * (1 - (y - axis.low) / (axis.high - axis.low)),
    })
    grid.replaceChildren(...axis.ticks.flatMap((tick) => {
      const { y } = place({ x: 0, y: tick })
      const label = svg('text', { x: inset.left - 6, y: y + 3, class: 'end' })
      label.textContent = write(tick)
      return [svg('line', { x1: inset.left, x2: width - inset.right, y1: y, y2: y }), label]
    }))
    setText(xLast, `${xName} ${last}`)
    for (const [index, { line, dots }] of drawn.entries()) {
      const places = thinned(points[index]).map(place)
      line.setAttribute('points', places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '))
      dots.replaceChildren(...series[index].kind === 'points' ? places.map(({ x, y }) => svg('circle', { cx: x, cy: y, r: 3 })) : [])
    }
  }
  return { root, update }
}

/** Round numbers around all values: at most five lines. */
function yAxis(values: readonly number[], limit: number): { low: number, high: number, ticks: number[] } {
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]
  const span = Math.max(most - least, Math.abs(most) * 0.05, 1e-6)
  const step = [1, 2, 5, 10].map((factor) => factor * 10 ** Math.floor(Math.log10(span / 4))).find((candidate) => span / candidate <= 4)!
  const high = Math.min(limit, Math.max(Math.ceil(most / step - 1e-9), Math.floor(least / step) + 1) * step)
  const lines = Math.max(1, Math.ceil((high - least) / step - 1e-9))
  const low = high - lines * step
  return { low, high, ticks: Array.from({ length: lines + 1 }, (_, index) => low + index * step) }
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points
  const size = points.length / mostPoints
  return Array.from({ length: mostPoints }, (_, index) => {
    const part = points.slice(Math.floor(index * size), Math.max(Math.floor(index * size) + 1, Math.floor((index + 1) * size)))
    return { x: part.at(-1)!.x, y: part.reduce((sum, { y }) => sum + y, 0) / part.length }
  })
}
