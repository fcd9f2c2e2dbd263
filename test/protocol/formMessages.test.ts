import { expect, test } from 'vitest'
import { draftKey, draftSchema, rowsKey } from '../../src/protocol/formMessages.ts'

const draft = { settings: { seed: 7, learning_rate: 1e-4, text_column: 'body' }, data: 'd', model: 'm' }

test('a draft is the same one after its way to the editor and back', () => {
  expect(draftKey(draftSchema.parse(JSON.parse(JSON.stringify(draft))))).toBe(draftKey(draft))
  expect(draftKey({ ...draft, settings: { text_column: 'body', learning_rate: 1e-4, seed: 7 } })).toBe(draftKey(draft))
  expect(draftKey({ ...draft, evaluation: 'e' })).not.toBe(draftKey(draft))
})

test('which rows are read depends on data, columns and split, not on how they are trained on', () => {
  expect(rowsKey({ ...draft, model: 'other', settings: { ...draft.settings, learning_rate: 1 } })).toBe(rowsKey(draft))
  expect(rowsKey({ ...draft, settings: { ...draft.settings, text_column: 'title' } })).not.toBe(rowsKey(draft))
  expect(rowsKey({ ...draft, evaluation: 'e' })).not.toBe(rowsKey(draft))
})
