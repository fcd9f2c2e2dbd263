/** A folder with a whole small model: all that it does in a few steps of several runs, every value held against torch's. */
import { join } from 'node:path'
import { z } from 'zod'
import { microBatches, readBatches } from './batches.ts'
import { Largest } from './check.ts'
import { compareEncodings } from './encodings.ts'
import { readJson, Tensors } from './files.ts'
import { compareLogits, logitsSchema } from './logits.ts'
import { Model, type Executor } from './model.ts'
import { compareParameters, gradientsOf, valuesOf } from './parameters.ts'
import type { Result } from './report.ts'
import { readSettings, scheduleOf } from './settings.ts'
import { referenceStep, StepChecks } from './steps.ts'
import { Unreadable } from './unreadable.ts'

const tolerance = z.number().nonnegative()

const runSchema = z.object({
  args: z.record(z.string(), z.unknown()),
  steps: z.array(referenceStep).min(1),
  tolerances: z.object({ loss_abs: tolerance, grad_norm_rel: tolerance, params_abs: z.record(z.string(), tolerance) }),
})

const metaSchema = z.object({
  runs: z.record(z.string().regex(/^[\w.+-]+$/, 'the name of a run is part of file names'), runSchema),
  tolerances: z.object({ logits_before_abs: tolerance, grads_step1_abs: z.record(z.string(), tolerance) }),
})

const logitsFile = z.object({ logits_per_batch: logitsSchema })

/** What all runs of a folder are held against. */
interface Folder {
  path: string
  tolerances: z.output<typeof metaSchema>['tolerances']
  executor: Executor
  logitsBefore: Largest
  gradient: Largest
  /** grads_step1.safetensors and its norm. */
  gradients: Tensors
  norm: number
}

export async function checkTinyFolder(path: string, executor: Executor): Promise<Result> {
  const { runs, tolerances } = readJson(join(path, 'meta.json'), metaSchema)
  const gradients = await Tensors.open(join(path, 'grads_step1.safetensors'))
  const folder: Folder = {
    path, tolerances, executor, gradients, norm: await gradients.norm(),
    logitsBefore: new Largest('logits before'), gradient: new Largest('gradient of step 1'),
  }
  const results: Result[] = []
  for (const [name, run] of Object.entries(runs)) results.push(await checkRun(folder, name, run))
  if (folder.gradient.checks.length === 0) throw new Unreadable(`${gradients.path} is of no run's first step: its norm is none of their grad_norm`)
  return {
    checks: [...await compareEncodings(path), ...folder.logitsBefore.checks, ...folder.gradient.checks, ...results.flatMap(({ checks }) => checks)],
    notes: results.flatMap(({ notes }) => notes),
  }
}

async function checkRun(folder: Folder, name: string, run: z.output<typeof runSchema>): Promise<Result> {
  const { settings, unused } = readSettings(run.args, `${join(folder.path, 'meta.json')}: ${name}`)
  const model = await Model.open({ config: folder.path, weights: folder.path }, settings, folder.executor)
  try {
    const batches = readBatches(join(folder.path, 'batches.json'), model.limits)
    const compare = async (largest: Largest, file: string, tolerance?: number) => {
      const path = join(folder.path, file)
      await compareLogits(largest, model, batches, readJson(path, logitsFile).logits_per_batch, tolerance, path)
    }
    await compare(folder.logitsBefore, 'logits_before.json', folder.tolerances.logits_before_abs)

    const { loss_abs, grad_norm_rel, params_abs } = run.tolerances
    const steps = new StepChecks(`${name}: `, { loss: loss_abs, gradNorm: grad_norm_rel })
    const schedule = scheduleOf(settings, settings.max_steps > 0 ? settings.max_steps : run.steps.length)
    const micro = microBatches(batches, run.steps, settings.gradient_accumulation_steps)
    for (const [i, theirs] of run.steps.entries()) {
      await steps.make(model, micro[i], i + 1, schedule, theirs)
      if (i === 0) await compareGradient(folder, model, theirs.grad_norm)
    }

    model.engine.optimizer.settle()
    const parameters = new Largest(`${name}: parameters after`)
    await compareParameters(parameters, model, valuesOf(model), await Tensors.open(join(folder.path, `params_after_${name}.safetensors`)), params_abs)
    const logitsAfter = new Largest(`${name}: logits after`)
    await compare(logitsAfter, `logits_after_${name}.json`)
    return { checks: [...steps.checks, ...parameters.checks, ...logitsAfter.checks], notes: unused.map((arg) => `${name}: args.${arg} is not used`) }
  } finally {
    model.dispose()
  }
}

/** Runs that accumulate differently begin with other updates: the file is of those whose first gradient has its norm. */
async function compareGradient({ gradient, gradients, norm, tolerances }: Folder, model: Model, gradNorm: number): Promise<void> {
  if (Math.abs(norm - gradNorm) > 1e-3 * gradNorm) return
  await compareParameters(gradient, model, gradientsOf(model), gradients, tolerances.grads_step1_abs)
}
