import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { quick, withPreset } from '../../src/protocol/presets.ts'

test('without a model and data it is the embedded ones; other settings go on top', () => {
  const { preset, given } = withPreset({ seed: 7, learning_rate: 1e-4 })
  expect(preset).toBe('quick')
  expect(checkSettings(given)).toMatchObject({ ...quick, seed: 7, learning_rate: 1e-4, output_dir: 'news-mini-finetuned' })
  expect([quick.model_name_or_path, ...quick.dataset].every((path) => existsSync(path))).toBe(true)
})

test('with either of them it is not', () => {
  expect(withPreset({ dataset: ['d'] })).toEqual({ preset: 'tutorial', given: { dataset: ['d'] } })
  expect(withPreset({ model_name_or_path: 'm' }).preset).toBe('tutorial')
})
