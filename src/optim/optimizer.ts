/** What an optimiser is to the training loop, and the numbers of AdamW that its two executors share. */

export interface Variable {
  /** Hugging Face name. */
  name: string
  shape: readonly number[]
  decay: boolean
  /** An embedding table whose gradient comes for the rows that a batch used. */
  table: boolean
  /** Values that a backward pass may write for it. */
  gradientLength: number
}

/** A variable's memory: value, gradient, and AdamW's moments. `gradient` of a table holds rows one behind another. */
export interface Slot extends Variable {
  value: Float32Array
  gradient: Float32Array
  /** exp_avg */
  m: Float32Array
  /** exp_avg_sq */
  v: Float32Array
}

export interface AdamWSettings {
  weight_decay: number
  adam_beta1: number
  adam_beta2: number
  adam_epsilon: number
  /** 0: gradients are not clipped. */
  max_grad_norm: number
}

export interface StepInput {
  learningRate: number
  /** 1 for the first update. */
  step: number
  /** For each table, which rows the gradient's rows belong to. */
  rows: ReadonlyMap<string, Int32Array>
}

export interface Optimizer {
  readonly slots: ReadonlyMap<string, Slot>
  /** From now on an effective batch may come as several micro-batches. Returns whether `target` is elsewhere now. */
  accumulates(): boolean
  /** Where the backward pass writes: the gradient itself, or a part of it that `accumulate` adds. */
  target(name: string): Float32Array
  /** Called after each backward pass of an effective batch; the first overwrites what was there. */
  accumulate(first: boolean, rows: ReadonlyMap<string, Int32Array>): void
  /** Updates all values; returns the global norm of the gradient before clipping. */
  step(input: StepInput): Promise<number>
  /**
   * Brings every value to where it should be now, or only the named rows of tables: to be called before they are read, by a forward
   * pass, an evaluation or a checkpoint.
   */
  settle(rows?: ReadonlyMap<string, Int32Array>): void
  /** Called after values and moments were written from outside. */
  loaded(): void
}

/** torch.nn.utils.clip_grad_norm_: the factor for the gradient. */
export function clipFactor(norm: number, maxNorm: number): number {
  return maxNorm > 0 ? Math.min(1, maxNorm / (norm + 1e-6)) : 1
}

/** The numbers of one update, in double as torch computes them; executors round to float32. */
export interface AdamWNumbers {
  scale: number
  rate1: number
  beta2: number
  rate2: number
  /** lr/(1 − β1ᵗ) */
  size: number
  /** √(1 − β2ᵗ) */
  root2: number
  epsilon: number
  /** 1 − lr λ, for variables with decay */
  decay: number
}

export function adamWNumbers(settings: AdamWSettings, { learningRate, step }: StepInput, norm: number): AdamWNumbers {
  const { adam_beta1: beta1, adam_beta2: beta2 } = settings
  return {
    scale: clipFactor(norm, settings.max_grad_norm),
    rate1: 1 - beta1,
    beta2,
    rate2: 1 - beta2,
    size: learningRate / (1 - beta1 ** step),
    root2: Math.sqrt(1 - beta2 ** step),
    epsilon: settings.adam_epsilon,
    decay: 1 - learningRate * settings.weight_decay,
  }
}
