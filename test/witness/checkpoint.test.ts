import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { ask } from './witness.ts'

/** Tensors of a file, by name. */
type Tensors = Record<string, { dtype: string; shape: number[]; finite: boolean; least: number; largest: number }>

for (const { model, folder } of inject('runs')) {
  const files = (name: string) => {
    const paths = readdirSync(folder).filter((entry) => /^checkpoint-\d+$/.test(entry)).map((entry) => join(folder, entry, name))
    expect(paths.length).toBeGreaterThan(0)
    return paths
  }

  test(`${model}: TrainerState.load_from_json reads all of each trainer_state.json`, () => {
    const paths = files('trainer_state.json')
    expect(ask('trainer_state.py', { paths })).toEqual(paths.map((path) => JSON.parse(readFileSync(path, 'utf8'))))
  })

  test(`${model}: safetensors reads both moments of every parameter from each optimizer.safetensors`, () => {
    const weights = ask('tensors.py', { paths: files('model.safetensors') }) as Tensors[]
    const states = ask('tensors.py', { paths: files('optimizer.safetensors') }) as Tensors[]
    for (const [i, parameters] of weights.entries()) {
      expect(Object.keys(parameters).length).toBeGreaterThan(0)
      for (const [name, { shape }] of Object.entries(parameters)) expectMoments(states[i], name, shape)
    }
  })
}

function expectMoments(state: Tensors, name: string, shape: number[]): void {
  const [m, v] = [state[`exp_avg.${name}`], state[`exp_avg_sq.${name}`]]
  expect(m, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
  expect(v, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
  expect(v.least, name).toBeGreaterThanOrEqual(0)
  expect(m.largest, name).toBeGreaterThan(0)
}
