/**
 * How many optimiser steps a run has, and the learning rate of each: transformers' formulas (Trainer.set_initial_training_values,
 * optimization.py, 5.23) in the same order of double operations: rates are equal to
 * the last bit (cosine ones to an ulp, as cosines of the two languages differ).
 */
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

export interface Schedule {
  learning_rate: number
  lr_scheduler_type: 'linear' | 'cosine' | 'constant' | 'constant_with_warmup'
  /** Whole steps. */
  warmup_steps: number
  /** Optimiser steps of the whole run. */
  max_steps: number
}

/** The learning rate used in, and logged for, the step that follows `stepsDone` finished ones. */
export function learningRateAt(stepsDone: number, schedule: Schedule): number {
  return schedule.learning_rate * multiplier(stepsDone, schedule)
}

function multiplier(stepsDone: number, { lr_scheduler_type, warmup_steps, max_steps }: Schedule): number {
  if (lr_scheduler_type === 'constant') return 1
  if (stepsDone < warmup_steps) return stepsDone / warmup_steps
  const decaySteps = Math.max(1, max_steps - warmup_steps)
  switch (lr_scheduler_type) {
    case 'constant_with_warmup': return 1
    case 'linear': return Math.max(0, (max_steps - stepsDone) / decaySteps)
    case 'cosine': return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((stepsDone - warmup_steps) / decaySteps))))
  }
}
