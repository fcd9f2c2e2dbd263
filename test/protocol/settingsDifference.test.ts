import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { differenceText, differingSettings, settingsDifference } from '../../src/protocol/settingsDifference.ts'

const settings = (given: Record<string, unknown> = {}) => checkSettings({ model_name_or_path: 'model', dataset: ['a.csv'], ...given })

test('names what changes the result, with old and new', () => {
  const differences = settingsDifference(settings(), settings({ learning_rate: 1e-4, seed: 7, max_length: 128, dataset: ['a.csv', 'b.csv'] }))
  expect(differences).toEqual([
    { setting: 'dataset', old: 'a.csv', new: 'a.csv b.csv' },
    { setting: 'max_length', old: 'null', new: '128' },
    { setting: 'seed', old: '42', new: '7' },
    { setting: 'learning_rate', old: '2e-5', new: '1e-4' },
  ])
  expect(differenceText(differences.slice(2))).toBe('seed: 42 → 7, learning_rate: 2e-5 → 1e-4')
})

test('where a run lies, how it is continued and the device are no difference', () => {
  const other = settings({ output_dir: 'elsewhere', resume_from_checkpoint: true, device: 'cpu' })
  expect(settingsDifference(settings(), other)).toEqual([])
})

test('a path is the same however it is written', () => {
  expect(settingsDifference(settings(), settings({ model_name_or_path: `${resolve('model')}/`, dataset: ['./a.csv'] }))).toEqual([])
  expect(settingsDifference(settings(), settings({ dataset: ['b/a.csv'] }))).toHaveLength(1)
})

test('several runs are told apart by what is not the same in all', () => {
  const runs = [settings(), settings({ seed: 7 }), settings({ num_train_epochs: 5 })]
  expect(differingSettings(runs)).toEqual([
    { setting: 'num_train_epochs', values: ['3', '3', '5'] },
    { setting: 'seed', values: ['42', '7', '42'] },
  ])
  expect(differingSettings([runs[0], settings({ output_dir: 'other' })])).toEqual([])
})
