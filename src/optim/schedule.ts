/**
 * How many optimiser steps a run has, and the learning rate of each: transformers' formulas (Trainer.set_initial_training_values,
 * optimization.py, TrainingArguments.get_warmup_steps of 5.23) in the same order of double operations: rates are equal to
 * the last bit (cosine ones to an ulp, as cosines of the two languages differ).
 */
export const lrSchedulerTypes = ['linear', 'cosine', 'constant', 'constant_with_warmup'] as const
export type LrSchedulerType = (typeof lrSchedulerTypes)[number]

export interface StepPlan {
  /** Micro-batches of an epoch; the last may be short. */
  batchesPerEpoch: number
  /** Optimiser steps of an epoch; the last may accumulate fewer micro-batches. */
  stepsPerEpoch: number
  /** Optimiser steps of the whole run. */
  maxSteps: number
  /** Epochs begun, the last perhaps not finished. */
  epochs: number
  gradientAccumulationSteps: number
}

export interface StepSettings {
  per_device_train_batch_size: number
  gradient_accumulation_steps: number
  /** May be fractional. Not read where max_steps is positive. */
  num_train_epochs: number
  /** 0 or less: as many as num_train_epochs make. */
  max_steps: number
}

/** The steps of a run over `rows` training rows. */
export function planSteps(rows: number, settings: StepSettings): StepPlan {
  const batchesPerEpoch = Math.ceil(rows / settings.per_device_train_batch_size)
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / settings.gradient_accumulation_steps)
  const limited = settings.max_steps > 0
  return {
    batchesPerEpoch,
    stepsPerEpoch,
    maxSteps: limited ? settings.max_steps : Math.ceil(settings.num_train_epochs * stepsPerEpoch),
    epochs: limited ? Math.ceil(settings.max_steps / stepsPerEpoch) : Math.ceil(settings.num_train_epochs),
    gradientAccumulationSteps: settings.gradient_accumulation_steps,
  }
}

/** The epoch as Trainer logs it after `step` optimiser steps: whole epochs plus the share of micro-batches done in the current one. */
export function epochAt(step: number, plan: StepPlan): number {
  if (step === 0) return 0
  const epoch = Math.floor((step - 1) / plan.stepsPerEpoch)
  const batches = Math.min((step - epoch * plan.stepsPerEpoch) * plan.gradientAccumulationSteps, plan.batchesPerEpoch)
  return epoch + batches / plan.batchesPerEpoch
}

export interface ScheduleSettings {
  learning_rate: number
  lr_scheduler_type: LrSchedulerType
  /** Steps; below 1 a share of all steps. */
  warmup_steps: number
  /** A share of all steps, read where warmup_steps is 0. */
  warmup_ratio: number
}

/** Warm-up steps of a run with `maxSteps` steps. */
export function warmupSteps({ warmup_steps, warmup_ratio }: Pick<ScheduleSettings, 'warmup_steps' | 'warmup_ratio'>, maxSteps: number): number {
  if (warmup_steps >= 1) return Math.trunc(warmup_steps)
  return Math.ceil(maxSteps * (warmup_steps > 0 ? warmup_steps : warmup_ratio))
}

/** The learning rate used in, and logged for, the step that follows `stepsDone` finished ones. */
export function learningRate(stepsDone: number, settings: ScheduleSettings, maxSteps: number): number {
  return settings.learning_rate * multiplier(settings.lr_scheduler_type, stepsDone, warmupSteps(settings, maxSteps), maxSteps)
}

function multiplier(type: LrSchedulerType, stepsDone: number, warmup: number, maxSteps: number): number {
  if (type === 'constant') return 1
  if (stepsDone < warmup) return stepsDone / warmup
  const decaySteps = Math.max(1, maxSteps - warmup)
  switch (type) {
    case 'constant_with_warmup': return 1
    case 'linear': return Math.max(0, (maxSteps - stepsDone) / decaySteps)
    case 'cosine': return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((stepsDone - warmup) / decaySteps))))
  }
}
