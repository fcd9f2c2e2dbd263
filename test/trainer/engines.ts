/** Engines over tiny models, and what they make of a few steps. */
import { expect } from 'vitest'
import { Engine, type EngineOptions } from '../../src/trainer/engine.ts'
import type { StepResult } from '../../src/trainer/trainingEngine.ts'
import type { Example } from '../../src/trainer/stepInputs.ts'
import { device } from '../graph/run.ts'
import { randomParameter, randomTexts, tinyModel, type Family, type Sizes } from '../models/tinyModels.ts'

export interface Setup extends Sizes, Pick<EngineOptions, 'layout' | 'optimizer' | 'say'> {
  family: Family
  labels?: number
  accumulation?: number
  seed?: number
}

/** An epsilon far above float32's noise keeps AdamW from making steps of it where a gradient is 0 (the biases of keys). */
export const settings = { weight_decay: 0.1, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-4, max_grad_norm: 1 }

export function openEngine({ family, labels = 3, layout, optimizer, accumulation = 1, seed = 42, say, ...sizes }: Setup, on = device): Engine {
  const { architecture, config } = tinyModel(family, sizes)
  const engine = new Engine({ device: on, architecture, config, labels, layout, optimizer, say, settings: { ...settings, seed }, gradientAccumulationSteps: accumulation, padTokenId: 0 })
  for (const { name, shape, value } of engine.optimizer.slots.values()) value.set(randomParameter(name, shape))
  engine.optimizer.loaded()
  return engine
}

/** Micro-batches of texts of these lengths. */
export function microBatches(lengths: readonly (readonly number[])[], seed: number, labels = 3, vocabulary?: number): Example[][] {
  const texts = randomTexts(lengths.flat(), seed, vocabulary)
  let text = 0
  return lengths.map((micro) => micro.map(() => ({ ids: texts[text], label: (seed + text++) % labels })))
}

export interface Trajectory {
  steps: StepResult[]
  /** Of the first step. */
  gradients: Map<string, Float32Array>
  /** After the last. */
  parameters: Map<string, Float32Array>
}

export async function follow(setup: Setup, batches: readonly Example[][][], on = device): Promise<Trajectory> {
  const engine = openEngine(setup, on)
  const names = [...engine.optimizer.slots.keys()]
  const steps: StepResult[] = []
  let gradients = new Map<string, Float32Array>()
  for (const [i, micro] of batches.entries()) {
    steps.push(await engine.step(micro, { step: i + 1, learningRate: 1e-2 / (i + 1) }))
    if (i === 0) gradients = new Map(names.map((name) => [name, engine.gradient(name)]))
  }
  engine.optimizer.settle()
  const parameters = new Map(names.map((name) => [name, engine.optimizer.slots.get(name)!.value.slice()]))
  engine.dispose()
  return { steps, gradients, parameters }
}

/** How far one trajectory is from another: losses, norms as a share of theirs, gradients of the first one's norm, parameters as they are. */
export function distance(a: Trajectory, b: Trajectory): { losses: number; gradients: number; parameters: number } {
  const [{ gradNorm }] = b.steps
  const losses = a.steps.map((step, i) => Math.max(Math.abs(step.loss - b.steps[i].loss) / Math.max(1, b.steps[i].loss), Math.abs(step.gradNorm - b.steps[i].gradNorm) / Math.max(gradNorm, b.steps[i].gradNorm)))
  return { losses: Math.max(...losses), gradients: largestDifference(a.gradients, b.gradients) / gradNorm, parameters: largestDifference(a.parameters, b.parameters) }
}

function largestDifference(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  expect([...a.keys()].sort()).toEqual([...b.keys()].sort())
  let largest = 0
  for (const [name, values] of a) {
    const others = b.get(name)!
    expect(values).toHaveLength(others.length)
    values.forEach((value, i) => { largest = Math.max(largest, Math.abs(value - others[i])) })
  }
  return largest
}

/** A few times what float32 makes of another order of summation; a wrong row moves gradients by percents and parameters by thousandths. */
export const tolerances = { losses: 1e-5, gradients: 1e-6, parameters: 1e-5 }

export function expectClose(a: Trajectory, b: Trajectory): void {
  const found = distance(a, b)
  for (const part of ['losses', 'gradients', 'parameters'] as const) expect(found[part], part).toBeLessThan(tolerances[part])
}
