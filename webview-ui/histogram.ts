/** How long the texts are in tokens, and how many are cut. */
import * as l10n from '@vscode/l10n'
import type { Lengths } from '../src/protocol/formMessages.ts'
import { element, table } from './dom.ts'
import * as format from './format.ts'

const width = 480
const height = 72
const base = 56
const mostBars = 30

interface Bin {
  from: number
  /** The last length that counts here; undefined for all from there on. */
  to?: number
  texts: number
}

/** @param maxLength the most tokens of a text that are kept */
export function lengthHistogram({ counts, beyond, limit }: Lengths, maxLength = limit): HTMLElement {
  const bins = binned(counts, beyond, limit)
  const all = bins.reduce((sum, { texts }) => sum + texts, 0)
  const cut = beyond + counts.slice(maxLength + 1).reduce((sum, texts) => sum + texts, 0)
  const said = cut === 0
    ? l10n.t('No text is longer than {0} tokens.', format.count(maxLength))
    : l10n.t('{0} of texts are longer than {1} tokens and are cut.', share(cut / all), format.count(maxLength))
  return element('div', { class: 'lengths' },
    element('p', { class: 'help' }, said),
    picture(bins, maxLength, said),
    element('details', {}, element('summary', {}, l10n.t('Lengths as a table')),
      table(l10n.t('Texts by length, of {0} looked at', format.count(all)), [{ name: l10n.t('Tokens') }, { name: l10n.t('Texts'), isNumber: true }],
        bins.map((bin) => [range(bin), format.count(bin.texts)]))))
}

function picture(bins: readonly Bin[], maxLength: number, said: string): SVGElement {
  const most = Math.max(...bins.map(({ texts }) => texts))
  const step = width / bins.length
  const size = bins.length > 1 ? bins[1].from - bins[0].from : 1
  const bars = bins.map((bin, index) => {
    const tall = Math.max(bin.texts > 0 ? 1.5 : 0, base * bin.texts / most)
    const made = svg('rect', { x: (index * step + 0.5).toFixed(1), y: (base - tall).toFixed(1), width: Math.max(1, step - 1).toFixed(1), height: tall.toFixed(1), class: bin.from > maxLength || bin.to === undefined ? 'cut' : 'kept' })
    const title = svg('title')
    title.textContent = `${range(bin)}: ${format.count(bin.texts)}`
    made.append(title)
    return made
  })
  const edge = Math.min(width, (maxLength - bins[0].from) / size * step)
  const line = edge < width ? [svg('line', { x1: edge.toFixed(1), x2: edge.toFixed(1), y1: 0, y2: base, class: 'limit' })] : []
  const text = (x: number, anchor: string, said: string) => {
    const made = svg('text', { x, y: height - 3, class: anchor })
    made.textContent = said
    return made
  }
  return svg('svg', { class: 'histogram', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': l10n.t('Texts by length in tokens. {0}', said) },
    svg('line', { x1: 0, x2: width, y1: base, y2: base, class: 'axis' }), ...bars, ...line,
    text(0, 'start', String(bins[0].from)), text(width, 'end', l10n.t('{0} tokens', last(bins))))
}

function last(bins: readonly Bin[]): string {
  const { from, to } = bins.at(-1)!
  return to === undefined ? `${from}+` : String(to)
}

/** At most thirty equal steps of a round size; what is beyond the model's limit is one more. */
function binned(counts: readonly number[], beyond: number, limit: number): Bin[] {
  const size = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((candidate) => counts.length / candidate <= mostBars) ?? 1000
  const bins: Bin[] = Array.from({ length: Math.max(1, Math.ceil(counts.length / size)) }, (_, index) => ({
    from: index * size, to: (index + 1) * size - 1, texts: counts.slice(index * size, (index + 1) * size).reduce((sum, texts) => sum + texts, 0),
  }))
  return beyond === 0 ? bins : [...bins, { from: limit + 1, texts: beyond }]
}

function range({ from, to }: Bin): string {
  return to === undefined ? l10n.t('{0} or more', format.count(from)) : from === to ? String(from) : `${from}–${to}`
}

/** What is less than a tenth of a percent is not nothing. */
function share(value: number): string {
  return value < 0.001 ? l10n.t('Less than {0}', format.percent(0.001)) : format.percent(value)
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>> = {}, ...children: SVGElement[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value))
  made.append(...children)
  return made
}
