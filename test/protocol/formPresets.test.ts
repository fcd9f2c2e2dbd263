import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { presetOf, presets } from '../../src/protocol/formPresets.ts'

const sources = { model_name_or_path: 'm', dataset: ['d'] }

test('the tutorial is the defaults, those of Hugging Face\'s text classification tutorial', () => {
  expect(checkSettings({ ...sources, ...presets.tutorial })).toEqual(checkSettings(sources))
  expect(checkSettings(sources)).toMatchObject({
    learning_rate: 2e-5, per_device_train_batch_size: 16, per_device_eval_batch_size: 16, num_train_epochs: 3, weight_decay: 0.01,
    eval_strategy: 'epoch', save_strategy: 'epoch', load_best_model_at_end: true,
  })
})

test('each is accepted and known again, whatever rows and columns are chosen', () => {
  for (const [name, preset] of Object.entries(presets)) {
    expect(() => checkSettings({ ...sources, ...preset })).not.toThrow()
    expect(presetOf({ ...preset, max_train_samples: 1000, text_column: 'body' })).toBe(name)
  }
  expect(presetOf({ learning_rate: 1e-4 })).toBeUndefined()
})
