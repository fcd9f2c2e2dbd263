import type { Dataset } from '../data/dataset.ts'
import type { LengthEstimate } from '../data/tokenLengths.ts'
import type { Preflight } from '../protocol/events.ts'
import type { Slot } from '../optim/optimizer.ts'
import type { Device } from '../runtime/device.ts'
import type { Settings } from '../protocol/settings.ts'
import { requireSpace } from '../runs/diskSpace.ts'
import { checkpointBytes, modelBytes } from './checkpoint.ts'
import { productRate } from './productRate.ts'
import type { Plan } from './stepPlan.ts'

/** Share of a step's time that goes into matrix products, as measured on real steps (bench/). */
const productShare = 0.75
/** Node, ONNX Runtime and the tokenizer. */
const baseBytes = 250e6
/** What a training step keeps for each token and each value of a weight vector that multiplies it: measured on real steps. */
const keptBytesPerProduct = 0.2

export interface PreflightInput {
  settings: Settings
  plan: Plan
  dataset: Dataset
  device: Device
  reason: string
  slots: ReadonlyMap<string, Slot>
  lengths: LengthEstimate
  maxLength: number
  /** The run folder, whose disk must have room. */
  folder: string
}

/**
 * What a run will take. A forward pass costs 2 operations for each token and each weight of a matrix that multiplies it, training
 * three times as much (Kaplan et al. 2020, section 2.1); the device's rate is measured for a moment.
 * @throws UserError where the disk has no room for it
 */
export async function preflight({ settings, plan, dataset, device, reason, slots, lengths, maxLength, folder }: PreflightInput): Promise<Omit<Preflight, 'time'>> {
  const disk_bytes = diskBytes(settings, plan, slots)
  requireSpace(folder, disk_bytes, 'this run')
  const { maxSteps, stepsPerEpoch, epochs } = plan.steps
  const trainedRows = Math.min(maxSteps / stepsPerEpoch, epochs) * dataset.train.texts.length
  const evaluatedRows = plan.evaluationsAfter(0) * dataset.evaluation.texts.length
  const multiplied = sum(slots, ({ table, shape, value }) => (!table && shape.length === 2 ? value.length : 0))
  const operations = 2 * multiplied * lengths.meanTokens * (3 * trainedRows + evaluatedRows)
  return {
    type: 'preflight',
    device: device.name,
    device_reason: reason,
    threads: device.threads,
    train_rows: dataset.train.texts.length,
    eval_rows: dataset.evaluation.texts.length,
    label_names: dataset.labelNames,
    max_steps: maxSteps,
    num_train_epochs: settings.num_train_epochs,
    estimated_seconds: operations / (await productRate(device) * productShare),
    memory_bytes: baseBytes
      + sum(slots, ({ table, value }) => (table ? 2 : 4) * value.byteLength)
      + keptBytesPerProduct * multiplied * lengths.meanTokens * settings.per_device_train_batch_size / 100,
    disk_bytes,
    truncated_share: lengths.truncatedShare,
    max_length: maxLength,
  }
}

/** Checkpoints that lie there at once, the finished model and its ONNX export. */
function diskBytes({ save_total_limit, save_strategy }: Settings, plan: Plan, slots: ReadonlyMap<string, Slot>): number {
  const { maxSteps, epochs } = plan.steps
  const saves = { no: 1, epoch: epochs, steps: Math.ceil(maxSteps / plan.intervals.save_steps) }[save_strategy]
  const kept = save_total_limit === null ? saves : Math.min(saves, save_total_limit + 1)
  return (kept + (kept < saves ? 1 : 0)) * checkpointBytes({ slots }) + 2 * modelBytes({ slots })
}

function sum(slots: ReadonlyMap<string, Slot>, value: (slot: Slot) => number): number {
  return [...slots.values()].reduce((total, slot) => total + value(slot), 0)
}
