/** A folder with a few steps of a large model, told by samples: some tensors whole, of each tensor some values and its norm. */
import { join } from 'node:path'
import { z } from 'zod'
import { microBatches, readBatches } from './batches.ts'
import { Largest } from './check.ts'
import type { Given } from './commandLine.ts'
import { readJson, Tensors } from './files.ts'
import { compareLogits, logitsSchema } from './logits.ts'
import { Model, type Executor } from './model.ts'
import { findModel } from './modelFolder.ts'
import type { Result } from './report.ts'
import { compareSamples, samplesSchema } from './samples.ts'
import { readSettings, scheduleOf } from './settings.ts'
import { referenceStep, StepChecks } from './steps.ts'
import { gradientTolerance, gradNormTolerance, logitsTolerance, lossTolerance, parameterTolerance } from './tolerances.ts'

const noise = z.number().nonnegative()

const metaSchema = z.object({
  model: z.string().min(1),
  head: z.string().regex(/^[\w.-]+\.safetensors$/),
  args: z.record(z.string(), z.unknown()),
  steps: z.array(referenceStep).min(1),
  fp32_vs_fp64_logits_max_abs_diff: noise,
  grads_step1: z.record(z.string(), samplesSchema.extend({ fp32_vs_fp64: noise })),
  params_after_5: z.record(z.string(), samplesSchema.extend({ fp32_vs_fp64: noise, max_abs_update: noise })),
})

const logitsFile = z.object({ before: logitsSchema, after_5_steps: logitsSchema })

export async function checkRealFolder(folder: string, executor: Executor, given: Given): Promise<Result> {
  const at = (name: string) => join(folder, name)
  const meta = readJson(at('meta.json'), metaSchema)
  const { settings, unused } = readSettings(meta.args, at('meta.json'))
  const model = await Model.open({ config: folder, weights: findModel(folder, meta.model, given), head: at(meta.head) }, settings, executor)
  try {
    const batches = readBatches(at('batches.json'), model.limits)
    const logits = readJson(at('logits.json'), logitsFile)
    const before = new Largest('logits before')
    await compareLogits(before, model, batches, logits.before, logitsTolerance(meta.fp32_vs_fp64_logits_max_abs_diff), at('logits.json'))

    const steps = new StepChecks('', { loss: lossTolerance, gradNorm: gradNormTolerance })
    const schedule = scheduleOf(settings, settings.max_steps)
    const micro = microBatches(batches, meta.steps, settings.gradient_accumulation_steps)
    const gradient = new Largest('gradient of step 1')
    for (const [i, theirs] of meta.steps.entries()) {
      await steps.make(model, micro[i], i + 1, schedule, theirs)
      if (i > 0) continue
      const tolerance = ({ fp32_vs_fp64, max_abs }: Sampled<'grads_step1'>) => gradientTolerance({ noise: fp32_vs_fp64, maxAbs: max_abs })
      await compareSamples(gradient, model, (name) => model.engine.gradient(name), await Tensors.open(at('grads_step1_selected.safetensors')), meta.grads_step1, tolerance)
    }

    model.engine.optimizer.settle()
    const parameters = new Largest('parameters after')
    const rates = meta.steps.reduce((sum, { learning_rate }) => sum + learning_rate, 0)
    const tolerance = ({ fp32_vs_fp64, max_abs_update }: Sampled<'params_after_5'>) => parameterTolerance({ noise: fp32_vs_fp64, update: max_abs_update, rates })
    await compareSamples(parameters, model, (name) => model.value(name), await Tensors.open(at('params_after_5_selected.safetensors')), meta.params_after_5, tolerance)
    const after = new Largest('logits after')
    await compareLogits(after, model, batches, logits.after_5_steps, undefined, at('logits.json'))
    return {
      checks: [before, gradient, steps, parameters, after].flatMap(({ checks }) => checks),
      notes: [toleranceNote, ...unused.map((name) => `args.${name} is not used`)],
    }
  } finally {
    model.dispose()
  }
}

type Sampled<Part extends 'grads_step1' | 'params_after_5'> = z.output<typeof metaSchema>[Part][string]

const toleranceNote = 'tolerances: by the rule of the small models, from the noise that this folder measured'
