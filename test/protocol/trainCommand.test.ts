import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { quick } from '../../src/protocol/presets.ts'
import { quoted, trainCommand } from '../../src/protocol/trainCommand.ts'

test('gives what is no default', () => {
  const settings = checkSettings({ model_name_or_path: 'my model', dataset: ['a.csv', 'b.csv'], learning_rate: 1e-4, load_best_model_at_end: false, resume_from_checkpoint: true })
  expect(trainCommand(settings)).toBe('finetune train --model_name_or_path \'my model\' --dataset a.csv b.csv --learning_rate 1e-4 --load_best_model_at_end false')
})

test('gives nothing for the preset, and what was changed of it', () => {
  expect(trainCommand(checkSettings(quick))).toBe('finetune train')
  expect(trainCommand(checkSettings({ ...quick, learning_rate: 2e-5 }))).toBe('finetune train --learning_rate 2e-5')
})

test('words are quoted for a shell', () => {
  expect(['plain/path-1.csv', 'a b', 'it\'s', '$HOME', ''].map(quoted)).toEqual(['plain/path-1.csv', '\'a b\'', '\'it\'\\\'\'s\'', '\'$HOME\'', '\'\''])
})
