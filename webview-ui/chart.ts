/** A line chart by uPlot with its twin, a table of the same numbers. A new point redraws one canvas at most once a frame. */
import * as l10n from '@vscode/l10n'
import uPlot from 'uplot'
import { element, setText, table } from './dom.ts'
import * as format from './format.ts'
import { aligned, tableRows } from './series.ts'
import type { Aligned, Point } from './series.ts'

export interface Series {
  name: string
  /** `line`, or `points` joined by a broken line. */
  kind: 'line' | 'points'
  /** A theme colour: `--vscode-charts-…`. Orange is left out: themes make it nearly transparent. */
  color: 'blue' | 'yellow' | 'green' | 'purple' | 'red'
}

export interface ChartOptions {
  title: string
  /** What x counts. */
  xName: string
  series: readonly Series[]
  /** A value of the y axis. */
  write(value: number): string
  /** The largest that y can be. */
  most?: number
}

const height = 170
const mostTableRows = 40

export class Chart {
  readonly root: HTMLElement
  readonly #options: ChartOptions
  readonly #picture = element('div', { class: 'picture', role: 'img' })
  readonly #readouts: HTMLElement[]
  readonly #twin: HTMLDetailsElement
  readonly #plot: uPlot
  #data: Aligned = { xs: [], values: [] }
  #last = 0
  #frame = 0

  constructor(options: ChartOptions) {
    this.#options = options
    const { title, series } = options
    this.#readouts = series.map(() => element('span', { class: 'number' }))
    const legend = series.map(({ name, kind, color }, index) => element('span', { class: `key ${kind} ${color}` }, `${name} `, this.#readouts[index]))
    this.#twin = element('details', { class: 'twin' }, element('summary', {}, l10n.t('{0} as a table', title))) as HTMLDetailsElement
    this.#twin.addEventListener('toggle', () => this.#fillTwin())
    this.root = element('figure', { class: 'chart' }, element('figcaption', {}, element('span', { class: 'title' }, title), ...legend), this.#picture, this.#twin)
    this.#plot = new uPlot(this.#plotOptions(), [[], ...series.map(() => [])], this.#picture)
    new ResizeObserver(() => this.#plot.setSize({ width: Math.max(1, this.#picture.clientWidth), height })).observe(this.#picture)
    // The theme's colours are read when the chart is drawn.
    new MutationObserver(() => this.#plot.redraw()).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] })
  }

  /** One list of points a series; x up to `last`. */
  update(points: readonly (readonly Point[])[], last: number): void {
    this.#data = aligned(points)
    this.#last = last
    this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frame = 0
    this.#plot.setData([this.#data.xs, ...this.#data.values])
    this.#readOut()
    this.#fillTwin()
  }

  /** The values under the pointer, else the latest. */
  #readOut(): void {
    const { series, title, write } = this.#options
    const under = this.#plot.cursor.idx
    const shown = this.#data.values.map((row) => (under == null ? row : row.slice(0, under + 1)).findLast((value) => value !== null))
    for (const [index, value] of shown.entries()) setText(this.#readouts[index], value == null ? '' : write(value))
    const said = series.map(({ name }, index) => shown[index] == null ? name : `${name} ${write(shown[index])}`)
    this.#picture.setAttribute('aria-label', `${title}: ${said.join(', ')}`)
  }

  #fillTwin(): void {
    if (!this.#twin.open) return
    const { title, xName, series, write } = this.#options
    const columns = [{ name: xName, isNumber: true }, ...series.map(({ name }) => ({ name, isNumber: true }))]
    const rows = tableRows(this.#data, mostTableRows).map((place) =>
      [format.epoch(this.#data.xs[place]), ...this.#data.values.map((row) => row[place] === null ? '' : write(row[place]))])
    this.#twin.replaceChildren(this.#twin.firstElementChild!, table(title, columns, rows))
  }

  #plotOptions(): uPlot.Options {
    const { series, write, most: limit = Infinity } = this.#options
    const axis: uPlot.Axis = {
      stroke: () => color('--vscode-descriptionForeground', 'CanvasText'),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      grid: { stroke: () => `color-mix(in srgb, ${color('--vscode-foreground', 'CanvasText')} 14%, transparent)`, width: 1 },
      ticks: { show: false },
    }
    return {
      width: 300, height, padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => [0, Math.max(this.#last, 1)] }, y: { range: (_, least, most) => padded(least, most, limit) } },
      axes: [
        { ...axis, size: 26, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10000, 20000, 50000, 100000], space: 60 },
        { ...axis, size: 52, values: (_, ticks) => ticks.map(write), space: 28 },
      ],
      series: [{}, ...series.map(({ kind, color: name }): uPlot.Series => ({
        stroke: () => color(`--vscode-charts-${name}`, 'CanvasText'),
        width: 1.5, spanGaps: true,
        dash: kind === 'points' ? [4, 4] : undefined,
        // A line of few points has them marked too, as uPlot does by itself.
        points: { ...kind === 'points' ? { show: true } : {}, size: 7, fill: () => color(`--vscode-charts-${name}`, 'CanvasText') },
      }))],
      hooks: { setCursor: [() => this.#readOut()] },
    }
  }
}

/** A little air above and below; also where all values are equal, or there are none. */
function padded(least: number | null, most: number | null, limit: number): [number, number] {
  if (least === null || most === null) return [0, 1]
  const air = Math.max((most - least) * 0.08, Math.abs(most) * 0.02, 1e-9)
  return [least >= 0 ? Math.max(0, least - air) : least - air, Math.min(limit, most + air)]
}

/** A colour of the theme; the system's own where it forces its colours on pages. */
function color(theme: string, system: string): string {
  if (matchMedia('(forced-colors: active)').matches) return system
  return getComputedStyle(document.body).getPropertyValue(theme).trim() || getComputedStyle(document.body).color
}
