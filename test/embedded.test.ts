import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'csv-parse/sync'

interface Item { text: string; label: string }

const splits = { train: load('train'), test: load('test') }
const items = [...splits.train, ...splits.test]

function load(split: string): Item[] {
  const url = new URL(`../embedded/news-sample/${split}.csv`, import.meta.url)
  return parse<Item>(readFileSync(url), { columns: true })
}

function countsByLabel(rows: Item[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { label } of rows) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

function tokens(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter(token => b.has(token)).length
  return shared / (a.size + b.size - shared)
}

test('each split holds the same number of items of each class', () => {
  expect(countsByLabel(splits.train)).toEqual({ Business: 100, 'Sci/Tech': 100, Sports: 100, World: 100 })
  expect(countsByLabel(splits.test)).toEqual({ Business: 40, 'Sci/Tech': 40, Sports: 40, World: 40 })
})

test('no two items, within a split or across, are near-duplicates', () => {
  const sets = items.map(({ text }) => tokens(text))
  const close = sets.flatMap((a, i) => sets.slice(i + 1)
    .flatMap((b, j) => jaccard(a, b) >= 0.6 ? [[items[i]?.text, items[i + 1 + j]?.text]] : []))
  expect(close).toEqual([])
})

test('items are one line of 12 to 45 words', () => {
  const odd = items.filter(({ text }) => {
    const words = text.split(' ').length
    return words < 12 || words > 45 || text !== text.trim() || /\s{2}|[\t\r\n]/.test(text)
  })
  expect(odd).toEqual([])
})

test('classes are interleaved: every run of 40 rows has all four', () => {
  for (const rows of Object.values(splits)) {
    for (let start = 0; start + 40 <= rows.length; start += 40) {
      expect(Object.keys(countsByLabel(rows.slice(start, start + 40)))).toHaveLength(4)
    }
  }
})

test('no item has the sentence that the tutorial classifies at the end', () => {
  const sentence = tokens('The home team won the championship after a thrilling match.')
  expect(Math.max(...items.map(({ text }) => jaccard(tokens(text), sentence)))).toBeLessThan(0.4)
})
