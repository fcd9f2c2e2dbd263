import { expect, test } from 'vitest'
import { booleanOf, nearestSetting, settingOf, shown } from '../../src/protocol/settingName.ts'
import { UserError } from '../../src/protocol/errors.ts'

test.each([
  ['lerning_rate', 'learning_rate'],
  ['learning_rates', 'learning_rate'],
  ['num_epochs', 'num_train_epochs'],
  ['epochs', 'num_train_epochs'],
  ['batch_size', 'per_device_train_batch_size'],
  ['per_device_batch_size', 'per_device_eval_batch_size'],
  ['weight_decy', 'weight_decay'],
  ['model', 'model_name_or_path'],
  ['dataset_name', 'dataset'],
  ['output', 'output_dir'],
  ['', 'seed'],
])('%s may mean %s', (name, nearest) => {
  expect(nearestSetting(name)).toBe(nearest)
})

test('an unknown name is refused with the nearest one', () => {
  expect(() => settingOf('lerning_rate', 1)).toThrow(new UserError('settings.unknown', { setting: 'lerning_rate', nearest: 'learning_rate' }))
  for (const name of ['constructor', '__proto__', 'toString']) expect(() => settingOf(name, 1)).toThrow('unknown setting')
})

test('older names are the settings they became', () => {
  expect(settingOf('evaluation_strategy', 'epoch')).toBe('eval_strategy')
  expect(settingOf('max_seq_length', 128)).toBe('max_length')
  expect(settingOf('seed', 1)).toBe('seed')
})

test.each([
  ['label_smoothing_factor', 0], ['label_smoothing_factor', '0.0'], ['label_smoothing_factor', '0'],
  ['hub_always_push', false], ['hub_always_push', 'False'],
  ['tf32', null], ['tf32', 'None'], ['report_to', 'none'], ['include_for_metrics', []], ['include_for_metrics', ''],
  ['do_train', true], ['do_train', 'true'], ['do_eval', true], ['optim', 'adamw_torch'], ['optim', 'adamw_torch_fused'], ['ddp_timeout', '1800'],
])('%s %j changes nothing and may be given', (name, value) => {
  expect(settingOf(name as string, value)).toBeNull()
})

test.each([
  ['label_smoothing_factor', 0.1, '0'], ['label_smoothing_factor', '', '0'], ['hub_always_push', true, 'false'], ['tf32', true, 'null'],
  ['optim', 'sgd', 'adamw_torch_fused'], ['do_predict', true, 'false'], ['data_seed', 1, 'null'],
])('%s %j is refused by name', (name, value, standard) => {
  expect(() => settingOf(name, value)).toThrow(`${name} ${shown(value)} is a setting of Hugging Face's that is not supported here: leave it out, or give its default ${standard}`)
})

test('a token is no setting, and is not repeated', () => {
  expect(() => settingOf('hub_token', 'hf_secret')).toThrow(/^hub_token is no setting here(?!.*hf_secret)/)
})

test('words for booleans are HfArgumentParser\'s', () => {
  expect(['yes', 'True', 't', 'Y', '1'].map(booleanOf)).toEqual([true, true, true, true, true])
  expect(['no', 'FALSE', 'f', 'n', '0'].map(booleanOf)).toEqual([false, false, false, false, false])
  expect(['', 'on', '2', 'truee'].map(booleanOf)).toEqual([undefined, undefined, undefined, undefined])
})

test('small numbers are shown as people write them', () => {
  expect([2e-5, 1e-8, 0.01, 0, 3, true, null, ['a'], 'word', ''].map(shown)).toEqual(['2e-5', '1e-8', '0.01', '0', '3', 'true', 'null', '["a"]', 'word', '""'])
})
