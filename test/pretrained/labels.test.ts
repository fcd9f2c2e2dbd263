import { expect, test } from 'vitest'
import { labelNames } from '../../src/pretrained/labels.ts'
import { userError } from './checkpoint.ts'

const named = (config: object): string[] => labelNames({ folder: 'f', config: { model_type: 'bert', ...config } })

test('labels come in the order of the logits', () => {
  expect(named({ id2label: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [String(11 - index), `n${11 - index}`])) }))
    .toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9', 'n10', 'n11'])
})

test('without names they are LABEL_0 and so on, two if nothing is said', () => {
  expect(named({})).toEqual(['LABEL_0', 'LABEL_1'])
  expect(named({ id2label: null, num_labels: 3 })).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2'])
})

test.each([
  { id2label: {} }, { id2label: [] }, { id2label: 'World' }, { id2label: 3 }, { id2label: { 0: 'a', 2: 'b' } }, { id2label: { 1: 'a' } }, { id2label: { 0: 1 } },
  { id2label: { 0: 'a', x: 'y' } }, { num_labels: 0 }, { num_labels: -1 }, { num_labels: 1.5 }, { num_labels: 1e12 }, { num_labels: '4' },
])('%j names no labels', async (config) => {
  expect(await userError(() => named(config))).toMatchObject({ code: 'model.labels-malformed', args: { folder: 'f' } })
})
