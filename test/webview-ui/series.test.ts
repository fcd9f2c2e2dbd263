import { expect, test } from 'vitest'
import { aligned, tableRows } from '../../webview-ui/series.ts'

test('series stand on one axis, with nothing where one has no value', () => {
  const data = aligned([[{ x: 1, y: 0.9 }, { x: 2, y: 0.8 }, { x: 4, y: 0.6 }], [{ x: 2, y: 0.7 }, { x: 3, y: 0.5 }]])
  expect(data).toEqual({ xs: [1, 2, 3, 4], values: [[0.9, 0.8, null, 0.6], [null, 0.7, 0.5, null]] })
})

test('a table of many steps has some of them, the last and every evaluation', () => {
  const steps = Array.from({ length: 1000 }, (_, index) => ({ x: index + 1, y: 1 / (index + 1) }))
  const data = aligned([steps, [{ x: 333, y: 0.5 }, { x: 667, y: 0.4 }]])
  const shown = tableRows(data, 40).map((place) => data.xs[place])
  expect(shown).toEqual([...Array.from({ length: 40 }, (_, index) => 25 * (index + 1)), 333, 667].sort((a, b) => a - b))
  expect(tableRows(aligned([steps.slice(0, 40)]), 40)).toHaveLength(40)
  expect(tableRows(aligned([[], []]), 40)).toEqual([])
})
