import { expect, test } from 'vitest'
import { UserError } from '../../src/protocol/errors.ts'
import { mistakeField } from '../../src/protocol/mistakeField.ts'

test.each([
  [new UserError('data.csv-malformed', { file: '/d/rows.csv', place: 'row 3', reason: 'r' }), 'data'],
  [new UserError('data.csv-malformed', { file: '/d/other.csv', place: 'row 3', reason: 'r' }), 'evaluation'],
  [new UserError('data.column-not-found', { file: '/d/rows.csv', setting: 'text_column', columns: 'a' }), 'text_column'],
  [new UserError('data.too-few-rows', { rows: 1, test_rows: 1, test_size: 0.1 }), 'test_size'],
  [new UserError('settings.value', { setting: 'learning_rate', value: '-1', allowed: 'a number above 0' }), 'learning_rate'],
  [new UserError('settings.save-steps', { save_steps: 3, eval_steps: 2 }), 'save_steps'],
  [new UserError('tokenizer.max-length', { maxLength: 600, maxPositions: 512 }), 'max_length'],
  [new UserError('tokenizer.missing', { folder: '/m' }), 'model'],
  [new UserError('model.folder-missing', { path: '/m' }), 'model'],
  [new UserError('run.no-space', { what: 'this run', folder: '/r', needed: '2 MB', free: '1 MB' }), undefined],
])('%s is put right at %s', (mistake, field) => {
  expect(mistakeField(mistake, ['/d/other.csv'])).toBe(field)
})
