import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { ask } from './witness.ts'

/** Tensors of a file, by name. */
type Tensors = Record<string, { dtype: string; shape: number[]; finite: boolean; least: number; largest: number }>

const checkpoints = inject('runs').flatMap(({ model, folder }) => {
  const names = readdirSync(folder).filter((entry) => /^checkpoint-\d+$/.test(entry))
  if (names.length === 0) throw new Error(`${folder} has no checkpoint`)
  return names.map((name) => ({ name: `${model}, ${name}`, folder: join(folder, name) }))
})
const read = (script: string, file: string) => ask(script, { paths: checkpoints.map(({ folder }) => join(folder, file)) }) as unknown[]
const [states, weights, moments] = [read('trainer_state.py', 'trainer_state.json'), read('tensors.py', 'model.safetensors'), read('tensors.py', 'optimizer.safetensors')]

test.each(checkpoints.map((each, i) => ({ ...each, i })))('$name: TrainerState.load_from_json reads all, safetensors reads both moments of every parameter', ({ folder, i }) => {
  expect(states[i]).toEqual(JSON.parse(readFileSync(join(folder, 'trainer_state.json'), 'utf8')))
  const parameters = Object.entries(weights[i] as Tensors)
  expect(parameters.length).toBeGreaterThan(0)
  for (const [name, { shape }] of parameters) expectMoments(moments[i] as Tensors, name, shape)
})

function expectMoments(state: Tensors, name: string, shape: number[]): void {
  const [m, v] = [state[`exp_avg.${name}`], state[`exp_avg_sq.${name}`]]
  expect(m, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
  expect(v, name).toMatchObject({ dtype: 'torch.float32', shape, finite: true })
  expect(v.least, name).toBeGreaterThanOrEqual(0)
  expect(m.largest, name).toBeGreaterThan(0)
}
