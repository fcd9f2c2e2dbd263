import { expect, test } from 'vitest'
import { paddedRows, positionsOf, roundUp, targets, UsedRows } from '../../src/models/layouts/batch.ts'
import { packedBatch } from '../../src/models/layouts/packedBatch.ts'
import { paddedBatch } from '../../src/models/layouts/paddedBatch.ts'
import { uniforms } from '../graph/tensors.ts'
import { randomTexts } from './tinyModels.ts'

const texts = [[1, 8, 8, 3], [1, 5], [1, 3, 9]].map((ids) => Int32Array.from(ids))

test('used rows: each id once, in the order of their first use; places up to the longest text', () => {
  const { rows } = new UsedRows(texts)
  expect([...rows.get('input_ids')!]).toEqual([1, 8, 3, 5, 9])
  expect([...rows.get('position_ids')!]).toEqual([0, 1, 2, 3])
  expect([...rows.get('token_type_ids')!]).toEqual([0])
})

test('padded: every text at the length of the longest, what is behind it masked', () => {
  const { feeds, texts: count, sequence, tokenText, tokenPlace } = paddedBatch(texts, 7)
  expect([count, sequence]).toEqual([3, 4])
  expect(feeds.input_ids).toMatchObject({ dtype: 'int32', shape: [3, 4], data: Int32Array.of(1, 8, 8, 3, 1, 5, 7, 7, 1, 3, 9, 7) })
  expect(feeds.attention_mask).toMatchObject({ dtype: 'bool', shape: [3, 1, 1, 4], data: Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0) })
  expect([...feeds.position_ids.data]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
  expect([...tokenText]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
  expect([...tokenPlace]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
})

test.each([[[4, 2, 3]], [[1]], [[7]], [[8]], [[31]], [[32]], [[33, 1]], [[15, 16]], [[64]], [Array(16).fill(51)]])('packed: texts of %j tokens lie behind one another, with room for filler', (lengths) => {
  const of = randomTexts(lengths)
  const used = new UsedRows([...randomTexts([20], 99), ...of])
  const { feeds, sequence, tokenText, tokenPlace } = packedBatch(of, used)
  const real = lengths.reduce((sum, length) => sum + length, 0)
  const tokens = tokenText.length
  expect(tokens).toBeGreaterThan(real)
  expect(sequence).toBeGreaterThan(Math.max(...lengths))

  const data = (name: string) => [...feeds[name].data].map(Number)
  const ids = data('input_ids.rows')
  const slots = data('input_ids.slots')
  let row = 0
  for (const [text, own] of of.entries()) {
    expect(data('first.token')[text]).toBe(row)
    for (const [place, id] of own.entries()) {
      expect([tokenText[row], tokenPlace[row], ids[slots[row]], data('position_ids.rows')[data('position_ids.slots')[row]]]).toEqual([text, place, id, place])
      expect([data('text.0.token')[text * sequence + place], data('text.0.mask')[text * sequence + place]]).toEqual([row, 1])
      row++
    }
  }
  expect(data('text.0.mask').reduce((sum, seen) => sum + seen)).toBe(real)
  // Padded places see a filler row; filler rows look at a padded place. Neither is a token.
  data('text.0.token').forEach((token, i) => { if (!data('text.0.mask')[i]) expect(token).toBeGreaterThanOrEqual(real) })
  for (; row < tokens; row++) expect(data('text.0.mask')[tokenText[row] * sequence + tokenPlace[row]]).toBe(0)
  expect(data('token.number')).toEqual([...Array(tokens).keys()])
  expect(data('text.length')).toEqual(Array(tokens).fill(sequence))
  expect(data('text.before')).toEqual(Array.from(tokenText, (text) => text * sequence))
  for (const [kind, rows] of used.rows) {
    expect(data(`${kind}.rows`).slice(0, rows.length)).toEqual([...rows])
    expect(data(`${kind}.numbers`)).toEqual([...Array(paddedRows(rows.length)).keys()])
  }
})

test.each([[[4, 30, 3, 9]], [[12]], [[5, 5]], [[60, 60, 2, 61, 3]]])('packed in groups: each of %j tokens has one place, and it knows its way there and back', (lengths) => {
  const of = randomTexts(lengths)
  const { feeds, groups, tokenText, tokenPlace } = packedBatch(of, new UsedRows(of), 3)
  expect(groups).toHaveLength(3)
  const places = groups.flatMap((_, i) => [...feeds[`group.${i}.token`].data].map(Number))
  const seen = groups.flatMap((_, i) => [...feeds[`group.${i}.mask`].data].map(Number))
  expect(feeds['group.0.token'].shape).toEqual([groups[0].texts.length, groups[0].sequence])
  const real = lengths.reduce((sum, length) => sum + length, 0)
  for (const [row, text] of tokenText.entries()) {
    const at = Number(feeds['group.before'].data[row]) + tokenPlace[row]
    expect(feeds['group.length'].data[row]).toBe(groups.find(({ texts }) => texts.includes(text))!.sequence)
    expect([places[at], seen[at]]).toEqual(row < real ? [row, 1] : [tokenText.length - 1, 0])
  }
  expect(seen.reduce((sum, each) => sum + each)).toBe(real)
})

test('packed: few tokens have less filler than many', () => {
  const rows = (...lengths: number[]) => packedBatch(randomTexts(lengths), new UsedRows(randomTexts(lengths))).tokenText.length
  expect([rows(13), rows(15), rows(16), rows(100, 27), rows(100, 28)]).toEqual([16, 16, 20, 128, 160])
})

test('shapes of many batches are few', () => {
  const next = uniforms(4)
  const shapes = new Set(Array.from({ length: 2000 }, (_, seed) => {
    const of = randomTexts(Array.from({ length: 16 }, () => 8 + Math.floor(next() * 56)), seed, 1000)
    const { feeds, sequence } = packedBatch(of, new UsedRows(of))
    return `${feeds['token.place'].data.length} ${sequence}`
  }))
  expect(shapes.size).toBeLessThan(60)
})

test('targets: a row\'s weight at its label', () => {
  expect(targets([2, 0], 3, 0.5).targets).toMatchObject({ dtype: 'float32', shape: [2, 3], data: Float32Array.of(0, 0, 0.5, 0.5, 0, 0) })
})

test('targets of several values: as they are, with the weight beside them', () => {
  const feeds = targets([Float32Array.of(1, 0, 1), Float32Array.of(0, 0.5, -2)], 3, 0.5)
  expect(feeds.targets).toMatchObject({ shape: [2, 3], data: Float32Array.of(1, 0, 1, 0, 0.5, -2) })
  expect(feeds.weight).toMatchObject({ shape: [], data: Float32Array.of(0.5) })
})

test('sizes are rounded up to whole steps', () => {
  expect([0, 1, 64, 65].map((value) => roundUp(value, 64))).toEqual([0, 64, 64, 128])
})

test('positions count from padding\'s id on where a family has it so; padding in a text keeps its id and is not counted', () => {
  const ids = Int32Array.of(0, 7, 1, 9)
  expect([...positionsOf(ids)]).toEqual([0, 1, 2, 3])
  expect([...positionsOf(ids, 1)]).toEqual([2, 3, 1, 4])
  const used = new UsedRows([ids], 1)
  const rows = used.rows.get('position_ids')!
  expect(Array.from(used.positionSlots(ids), (slot) => rows[slot])).toEqual([2, 3, 1, 4])
  expect([...paddedBatch([ids], 1, 1).feeds.position_ids.data]).toEqual([2, 3, 1, 4])
})
