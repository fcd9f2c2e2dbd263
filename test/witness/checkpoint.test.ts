import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { ask } from './witness.ts'

interface Tensor { dtype: string; shape: number[]; finite: boolean; least: number; largest: number }

for (const { model, folder } of inject('runs')) {
  const checkpoints = readdirSync(folder).filter((name) => /^checkpoint-\d+$/.test(name)).map((name) => join(folder, name))

  test(`${model}: there are checkpoints to look at`, () => {
    expect(checkpoints.length).toBeGreaterThan(0)
  })

  test.each(checkpoints)(`${model}: TrainerState.load_from_json reads all of %s/trainer_state.json`, (checkpoint) => {
    const path = join(checkpoint, 'trainer_state.json')
    expect(ask('trainer_state.py', { path })).toEqual(JSON.parse(readFileSync(path, 'utf8')))
  })

  test.each(checkpoints)(`${model}: safetensors reads both moments of every parameter from %s/optimizer.safetensors`, (checkpoint) => {
    const weights = tensors(join(checkpoint, 'model.safetensors'))
    const state = tensors(join(checkpoint, 'optimizer.safetensors'))
    expect(Object.keys(weights).length).toBeGreaterThan(0)
    for (const [name, { shape }] of Object.entries(weights)) {
      const [m, v] = [state[`exp_avg.${name}`], state[`exp_avg_sq.${name}`]]
      expect(m, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
      expect(v, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
      expect(v.least, name).toBeGreaterThanOrEqual(0)
      expect(m.largest, name).toBeGreaterThan(0)
    }
  })
}

function tensors(path: string): Record<string, Tensor> {
  return ask('tensors.py', { path }) as Record<string, Tensor>
}
