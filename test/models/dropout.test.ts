import { expect, test } from 'vitest'
import { UsedRows, type Batch } from '../../src/models/layouts/batch.ts'
import { DropoutMasks, type DropoutKey } from '../../src/models/layouts/dropoutMasks.ts'
import type { DropoutSite } from '../../src/models/layouts/layout.ts'
import { packedBatch } from '../../src/models/layouts/packedBatch.ts'
import { paddedBatch } from '../../src/models/layouts/paddedBatch.ts'
import { trainingGraph } from '../../src/models/trainingGraph.ts'
import { families, randomTexts, tinyModel } from './tinyModels.ts'

const feature = (number: number, p: number, width: number, onlyFirst = false): DropoutSite => ({ input: `dropout.${number}`, dtype: 'float32', p, kind: 'feature', onlyFirst, width })
const probability = (number: number, p: number, heads: number, onlyFirst = false): DropoutSite => ({ input: `dropout.${number}`, dtype: 'float32', p, kind: 'probability', onlyFirst, width: heads })

const key: DropoutKey = { seed: 42, step: 3, firstText: 0 }
const lengths = [5, 9, 2, 7]
const texts = randomTexts(lengths)
const packed = (of: readonly Int32Array[], groups = 1) => packedBatch(of, new UsedRows(of), groups)
const padded = (of: readonly Int32Array[]) => paddedBatch(of, 0)

/** A site's mask, by the places that its values belong to; only those of real tokens. */
type Mask = (text: number, place: number, index: number, head?: number) => number

function maskOf(site: DropoutSite, batch: Batch, at: DropoutKey = key, sites = [site]): Mask {
  const { data } = new DropoutMasks(sites).feeds(batch, at)[site.input]
  const values = Float32Array.from(data as Float32Array)
  const { sequence, tokenText, tokenPlace } = batch
  const rows = new Map(Array.from(tokenText, (text, row) => [`${text} ${tokenPlace[row]}`, row]))
  return (text, place, index, head = 0) => {
    if (site.kind === 'feature') return values[(site.onlyFirst ? text : rows.get(`${text} ${place}`)!) * site.width + index]
    const queries = site.onlyFirst ? 1 : sequence
    return values[((text * site.width + head) * queries + place) * sequence + index]
  }
}

/** All values of a mask that real tokens have, in one order whatever the batch. */
function list(site: DropoutSite, mask: Mask, ofLengths: readonly number[], firstText = 0): number[] {
  return ofLengths.flatMap((length, i) => Array.from({ length: site.onlyFirst ? 1 : length }, (_, place) => {
    if (site.kind === 'feature') return Array.from({ length: site.width }, (_, index) => mask(firstText + i, place, index))
    return Array.from({ length: site.width }, (_, head) => Array.from({ length }, (_, index) => mask(firstText + i, place, index, head))).flat()
  }).flat())
}

const sites = [feature(0, 0.5, 13), feature(3, 0.5, 8, true), probability(1, 0.5, 3), probability(2, 0.5, 2, true)]

/** Within 5 standard deviations of a binomial share. */
function expectShare(count: number, of: number, p: number): void {
  expect(Math.abs(count - of * p)).toBeLessThan(5 * Math.sqrt(of * p * (1 - p)))
}

const many = packed(randomTexts(Array.from({ length: 32 }, (_, i) => 20 + i % 13)))

test.each([0.1, 0.2, 0.5, 0.9])('a share near %d is 0, the rest is 1/(1 - p)', (p) => {
  for (const site of [feature(0, p, 257), probability(0, p, 4)]) {
    const data = new DropoutMasks([site]).feeds(many, key)[site.input].data as Float32Array
    const kept = Math.fround(1 / (1 - p))
    expect(data.every((value) => value === 0 || value === kept)).toBe(true)
    expectShare(data.filter((value) => value === 0).length, data.length, p)
  }
})

test.each(sites)('site $input, $kind, only first tokens $onlyFirst: the same mask in every batch, packed or padded', (site) => {
  const expected = list(site, maskOf(site, padded(texts)), lengths)
  expect(expected).toContain(0)
  expect(expected).toContain(2)
  expect(list(site, maskOf(site, packed(texts)), lengths)).toEqual(expected)

  const longer = [...texts, ...randomTexts([31], 9)]
  expect(list(site, maskOf(site, padded(longer)), lengths)).toEqual(expected)
  expect(list(site, maskOf(site, packed(longer)), lengths)).toEqual(expected)

  const halves = [0, 2].flatMap((firstText) => {
    const half = texts.slice(firstText, firstText + 2)
    return list(site, maskOf(site, packed(half), { ...key, firstText }), lengths.slice(firstText, firstText + 2))
  })
  expect(halves).toEqual(expected)
})

test.each([[1], [20_000], [200_000]])('masks in memories of %i bytes or more are those in one', (mostBytes) => {
  const copies = (masks: DropoutMasks) => Object.entries(masks.feeds(many, key)).map(([name, { data }]) => [name, data.slice(), data.buffer] as const)
  const [parts, whole] = [copies(new DropoutMasks(sites, mostBytes)), copies(new DropoutMasks(sites))]
  expect(parts.map(([name, data]) => [name, data])).toEqual(whole.map(([name, data]) => [name, data]))
  expect(new Set(whole.map(([, , buffer]) => buffer)).size).toBe(1)
  expect(new Set(parts.map(([, , buffer]) => buffer)).size).toBe(mostBytes === 200_000 ? 3 : 4)
})

test.each([1, 7, 8, 13, 64])('as bytes a mask of width %i says which values are kept', (width) => {
  for (const site of [feature(0, 0.3, width), probability(1, 0.3, width)]) {
    const batch = packed(texts)
    const [floats, bytes] = (['float32', 'bool'] as const).map((dtype) => new DropoutMasks([{ ...site, dtype }]).feeds(batch, key)[site.input])
    expect(bytes.data).toBeInstanceOf(Uint8Array)
    expect(Array.from(bytes.data as Uint8Array)).toEqual(Array.from(floats.data as Float32Array, (value) => Number(value !== 0)))
  }
})

test.each(sites)('site $input, $kind, only first tokens $onlyFirst: the same again, and beside other sites', (site) => {
  const masks = new DropoutMasks(sites)
  const copy = (batch: Batch) => (masks.feeds(batch, key)[site.input].data as Float32Array).slice()
  const first = copy(packed(texts))
  copy(many)
  expect(copy(packed(texts))).toEqual(first)
  expect(list(site, maskOf(site, packed(texts)), lengths)).toEqual(list(site, maskOf(site, packed(texts), key, sites), lengths))
})

test('what a text in attention gets does not depend on the group that it is in', () => {
  const [site] = sites.filter(({ kind, onlyFirst }) => kind === 'probability' && !onlyFirst)
  const expected = maskOf(site, padded(texts))
  const batch = packed(texts, 3)
  expect(batch.groups.filter(({ texts: [text] }) => text >= 0).length).toBeGreaterThan(1)
  for (const [group, { texts: members, sequence }] of batch.groups.entries()) {
    const ofGroup = { ...site, input: `${site.input}.${group}`, group }
    const { data, shape } = new DropoutMasks([ofGroup]).feeds(batch, key)[ofGroup.input]
    expect(shape).toEqual([members.length, site.width, sequence, sequence])
    for (const [row, text] of members.entries()) {
      for (let head = 0; head < site.width; head++) {
        for (let query = 0; query < (lengths[text] ?? 0); query++) {
          for (let seen = 0; seen < lengths[text]; seen++) expect(data[((row * site.width + head) * sequence + query) * sequence + seen]).toBe(expected(text, query, seen, head))
        }
      }
    }
  }
})

test.each(sites.filter(({ onlyFirst }) => onlyFirst))('site $input: what first tokens get, they get where all tokens are', (site) => {
  const whole = maskOf({ ...site, onlyFirst: false }, packed(texts))
  const first = maskOf(site, packed(texts))
  for (const [text, length] of lengths.entries()) {
    const indices = site.kind === 'feature' ? site.width : length
    for (let index = 0; index < indices; index++) expect(first(text, 0, index, 1)).toBe(whole(text, 0, index, 1))
  }
})

/** Values of many places, under one key and another: independent masks of p = 0.5 agree in half of them. */
function expectIndependent(a: ArrayLike<number>, b: ArrayLike<number>): void {
  expect(a.length).toBeGreaterThan(3000)
  expect(b).toHaveLength(a.length)
  expectShare(Array.from(a).filter((value, i) => value === b[i]).length, a.length, 0.5)
}

const values = (site: DropoutSite, at: Partial<DropoutKey> = {}) => (new DropoutMasks([site]).feeds(many, { ...key, ...at })[site.input].data as Float32Array).slice()

test.each([
  ['step', { step: 4 }], ['seed', { seed: 43 }], ['seed beyond 31 bits', { seed: 2 ** 31 + 42 }], ['place in the effective batch', { firstText: 32 }], ['largest seed', { seed: 2 ** 32 - 1 }],
] as const)('another %s, another mask', (_, other) => {
  for (const site of [feature(0, 0.5, 64), probability(0, 0.5, 2)]) expectIndependent(values(site), values(site, other))
})

test('seed and step are not interchangeable, nor step and text', () => {
  const site = feature(0, 0.5, 64)
  expectIndependent(values(site, { seed: 1, step: 2 }), values(site, { seed: 2, step: 1 }))
  expectIndependent(values(site, { step: 1, firstText: 2 }), values(site, { step: 2, firstText: 1 }))
})

test('another site, another mask', () => {
  for (let number = 1; number < 30; number++) expectIndependent(values(feature(0, 0.5, 64)), values(feature(number, 0.5, 64)))
  expectIndependent(values(probability(0, 0.5, 2)), values(probability(1, 0.5, 2)))
})

test('heads, queries, tokens and texts have masks of their own', () => {
  const [heads, { sequence, texts: count }] = [4, many]
  const data = values(probability(0, 0.5, heads))
  const at = (text: number, head: number, query: number) => data.subarray(((text * heads + head) * sequence + query) * sequence, ((text * heads + head) * sequence + query + 1) * sequence)
  const joined = (rows: (i: number) => Float32Array) => Array.from({ length: 200 }, (_, i) => [...rows(i)]).flat()
  expectIndependent(joined((i) => at(i % count, 0, i % sequence)), joined((i) => at(i % count, 1, i % sequence)))
  expectIndependent(joined((i) => at(i % count, 2, i % (sequence - 1))), joined((i) => at(i % count, 2, i % (sequence - 1) + 1)))
  expectIndependent(joined((i) => at(i % (count - 1), 3, i % sequence)), joined((i) => at(i % (count - 1) + 1, 3, i % sequence)))
})

test.each([1, 2, 3, 4, 5, 7, 8, 16, 64])('features that are %i apart are dropped independently', (distance) => {
  const width = 256
  const data = values(feature(0, 0.1, width))
  let [both, pairs] = [0, 0]
  for (let i = 0; i + distance < data.length; i++) {
    if (i % width + distance >= width) continue
    pairs++
    if (data[i] === 0 && data[i + distance] === 0) both++
  }
  expectShare(both, pairs, 0.01)
})

test.each(families)('%s: the sites of both layouts are the same places, and only active ones are made', (family) => {
  const { architecture, config } = tinyModel(family, { dropout: [0.1, 0, 0.3], heads: 2 })
  const graph = trainingGraph(architecture, config, 4, 'packed')
  const [ofPacked, ofPadded] = [graph.sites, trainingGraph(architecture, config, 4, 'padded').sites]
  // The packed layout has one site more for each further group of texts.
  const places = ofPacked.filter(({ group = 0 }) => group === 0)
  const plain = (site: DropoutSite) => ({ ...site, input: site.input.split('.').slice(0, 2).join('.'), onlyFirst: false })
  expect(places.map(plain)).toEqual(ofPadded.map(plain))
  expect(new Set(ofPacked.map(({ input }) => input)).size).toBe(ofPacked.length)
  const made = Object.keys(new DropoutMasks(ofPacked).feeds(packed(texts, graph.attentionGroups), key))
  expect(made).toEqual(ofPacked.filter(({ p }) => p > 0).map(({ input }) => input))
  expect(made.length).toBeGreaterThan(3)
  expect(made.length).toBeLessThan(ofPacked.length)
})
