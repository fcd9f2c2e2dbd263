import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { epochAt, learningRateAt, planSteps, type Schedule } from '../../src/optim/schedule.ts'
import { shared } from '../shared.ts'

/** Rates that transformers 5.23's own schedule functions gave. */
const references = JSON.parse(readFileSync('test/golden/schedules.json', 'utf8')) as (Schedule & { learning_rates: number[] })[]

test.each(references)('$lr_scheduler_type with warmup_steps $warmup_steps over $max_steps steps', (reference) => {
  reference.learning_rates.forEach((expected, step) => {
    const rate = learningRateAt(step, reference)
    // The system's cosine and JavaScript's may differ in the last bit.
    if (reference.lr_scheduler_type === 'cosine') expect(Math.abs(rate - expected)).toBeLessThanOrEqual(2 ** -52 * reference.learning_rate)
    else expect(rate).toBe(expected)
  })
})

test('steps per epoch count the short last batch and the short last accumulation', () => {
  const base = { per_device_train_batch_size: 16, gradient_accumulation_steps: 1, num_train_epochs: 3, max_steps: -1 }
  expect(planSteps(1000, base)).toMatchObject({ batchesPerEpoch: 63, stepsPerEpoch: 63, maxSteps: 189, epochs: 3 })
  expect(planSteps(1000, { ...base, gradient_accumulation_steps: 4 })).toMatchObject({ stepsPerEpoch: 16, maxSteps: 48 })
  expect(planSteps(1000, { ...base, num_train_epochs: 2.5 })).toMatchObject({ maxSteps: 158, epochs: 3 })
  expect(planSteps(1000, { ...base, max_steps: 64 })).toMatchObject({ maxSteps: 64, epochs: 2 })
  expect(planSteps(3, { ...base, gradient_accumulation_steps: 8 })).toMatchObject({ batchesPerEpoch: 1, stepsPerEpoch: 1, maxSteps: 3 })
})

test.each([[1000, 16, 1], [1000, 16, 4], [10, 3, 2], [7, 1, 3], [5, 8, 2]])(
  'the epoch of each step is as in Trainer\'s own loop: %i rows, batch %i, accumulation %i', (rows, batch, accumulation) => {
    const plan = planSteps(rows, { per_device_train_batch_size: batch, gradient_accumulation_steps: accumulation, num_train_epochs: 3, max_steps: -1 })
    let globalStep = 0
    expect(epochAt(0, plan)).toBe(0)
    for (let epoch = 0; epoch < 3; epoch++) {
      for (let step = 0; step < plan.batchesPerEpoch; step++) {
        const sync = (step + 1) % accumulation === 0 || step + 1 === plan.batchesPerEpoch
        if (sync) expect(epochAt(++globalStep, plan)).toBe(epoch + (step + 1) / plan.batchesPerEpoch)
      }
    }
    expect(globalStep).toBe(plan.maxSteps)
  })

test.skipIf(!shared)('rates logged in the golden runs and by the real Trainer', () => {
  let runs = 0
  for (const folder of readdirSync(`${shared}/golden`, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(`${shared}/golden/${folder.name}`).filter((name) => /^(meta|trainer_run_.*)\.json$/.test(name))) {
      const content = JSON.parse(readFileSync(`${shared}/golden/${folder.name}/${file}`, 'utf8'))
      const found = file === 'meta.json' && content.runs !== undefined ? Object.values(content.runs as Record<string, typeof content>) : [content]
      for (const { args, steps } of found) {
        const schedule = { warmup_steps: 0, max_steps: steps.length, ...args }
        for (const { step, learning_rate } of steps) expect(learningRateAt(step - 1, schedule)).toBe(learning_rate)
        runs++
      }
    }
  }
  expect(runs).toBeGreaterThanOrEqual(31)
})
