import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addSettingOptions, givenSettings, normalFlags, readAnyName, settingsFileOf } from '../../src/cli/settingOptions.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { trainCommand } from '../../src/protocol/trainCommand.ts'

function parsed(...words: string[]): { given: Record<string, unknown>; args: string[] } {
  const command = new Command().argument('[words...]').action(() => {})
  addSettingOptions(command)
  readAnyName(command)
  command.parse(normalFlags(words), { from: 'user' })
  return { given: givenSettings(command.opts()), args: command.args }
}

test('values are read as their setting has them', () => {
  const words = '--learning_rate 1e-4 --max_steps -1 --dataset a.csv b.csv --output_dir 7 --fp16 --load_best_model_at_end no --resume_from_checkpoint --seed=7'
  expect(parsed(...words.split(' ')).given).toEqual({
    learning_rate: 1e-4, max_steps: -1, dataset: ['a.csv', 'b.csv'], output_dir: '7', fp16: true, load_best_model_at_end: false, resume_from_checkpoint: true, seed: 7,
  })
})

test('what is no value of the setting is left for the check', () => {
  expect(parsed('--learning_rate', 'fast', '--seed', '1e999', '--fp16', 'perhaps', '--max_steps', '').given)
    .toEqual({ learning_rate: 'fast', seed: '1e999', fp16: 'perhaps', max_steps: '' })
})

test('a checkpoint may be named, or asked for with true', () => {
  expect(parsed('--resume_from_checkpoint', 'run/checkpoint-50').given).toEqual({ resume_from_checkpoint: 'run/checkpoint-50' })
  expect(parsed('--resume_from_checkpoint', 'True').given).toEqual({ resume_from_checkpoint: true })
})

test('flags may have hyphens, and a no_ in front', () => {
  expect(parsed('--learning-rate', '1e-4', '--no_load_best_model_at_end', '--no-fp16').given)
    .toEqual({ learning_rate: 1e-4, load_best_model_at_end: false, fp16: false })
  expect(normalFlags(['a-b', '-x-y', '--a-b=c-d', '--', '--e-f'])).toEqual(['a-b', '-x-y', '--a_b=c-d', '--', '--e-f'])
})

test('names of TrainingArguments and older names come through', () => {
  expect(parsed('--label_smoothing_factor', '0.1', '--do_train', '--evaluation_strategy', 'no', '--max_seq_length', '128').given)
    .toEqual({ label_smoothing_factor: '0.1', do_train: true, evaluation_strategy: 'no', max_seq_length: 128 })
})

test('one word without a dash is the settings file; more, or unknown options, are refused', () => {
  expect(settingsFileOf(parsed('settings.json', '--seed', '1').args)).toBe('settings.json')
  expect(settingsFileOf(parsed('--seed', '1').args)).toBeUndefined()
  expect(() => settingsFileOf(parsed('a.json', 'b.json').args)).toThrow('unexpected b.json: settings are given as --name value')
  expect(() => settingsFileOf(parsed('--lerning-rate', '1', '--seed', '1').args)).toThrow('unknown setting lerning_rate: did you mean learning_rate?')
  expect(() => settingsFileOf(parsed('--sed=1').args)).toThrow('unknown setting sed: did you mean seed?')
})

test('the command that continues a run has its settings', () => {
  const settings = checkSettings({
    model_name_or_path: 'models/my model', dataset: ['it\'s.csv', 'b.csv'], learning_rate: 3e-6, warmup_ratio: 0.06, eval_strategy: 'steps', save_strategy: 'steps',
    eval_steps: 20, save_steps: 40, metric_for_best_model: 'loss', max_train_samples: 1000, load_best_model_at_end: true, fp16: true, text_column: 'the text',
  })
  const words = trainCommand(settings).match(/'(?:[^']|'\\'')*'|\S+/g)!.map((word) => word.startsWith('\'') ? word.slice(1, -1).replaceAll('\'\\\'\'', '\'') : word)
  expect(checkSettings(parsed(...words.slice(2)).given)).toEqual(settings)
})
