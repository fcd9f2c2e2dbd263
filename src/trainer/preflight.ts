import type { LengthEstimate } from '../data/tokenLengths.ts'
import type { Preflight } from '../protocol/events.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Slot } from '../optim/optimizer.ts'
import type { Device } from '../runtime/device.ts'
import type { Settings } from '../protocol/settings.ts'
import { requireSpace } from '../runs/diskSpace.ts'
import { checkpointBytes, modelBytes } from './checkpoint.ts'
import type { Plan } from './stepPlan.ts'
import type { TrainingEngine } from './trainingEngine.ts'

// The next three were measured on whole runs of finetune train (peak memory as VmHWM; processor time of steps over texts of 25 to 200
// tokens) with news-mini, minilm-l6-as-distilbert and DistilBERT-base's shape on AG News: estimates lay within 30% there.
/** Node, ONNX Runtime, the tokenizer and its thread. */
const programBytes = 180e6
/** ONNX Runtime keeps memory that it used for earlier batches, of which not every block fits a later one. */
const arenaFactor = 1.5
/** As many operations of a matrix product take as long as handling a byte of a tensor does otherwise. */
const operationsPerByte = 30
/** Batches that stand for all of the sample: telling the cost of one takes milliseconds, and the first step waits for it. */
const costedBatches = 32
/** An evaluation is a forward pass; a training step is that and a backward pass of twice as much (Kaplan et al. 2020, section 2.1). */
const evaluationShare = 1 / 3

export interface PreflightInput {
  settings: Settings
  plan: Plan
  /** To train and to evaluate on. */
  rows: { train: number, evaluation: number }
  labelNames: string[]
  problemType?: ProblemType
  device: Device
  reason: string
  /** Of the device, as productRate measures it. */
  productRate: number
  engine: Pick<TrainingEngine, 'optimizer' | 'costs'>
  lengths: LengthEstimate
  maxLength: number
  /** The run folder, whose disk must have room. */
  folder: string
}

/**
 * What a run will take, from the sizes of the training graph's tensors for batches as long as those of the sample.
 * @throws UserError where the disk has no room for it
 */
export function preflight({ settings, plan, rows, labelNames, problemType, device, reason, productRate, engine, lengths, maxLength, folder }: PreflightInput): Omit<Preflight, 'time'> {
  const { slots } = engine.optimizer
  const disk_bytes = diskBytes(settings, plan, slots)
  requireSpace(folder, disk_bytes, 'this run')
  const { maxSteps, stepsPerEpoch, epochs } = plan.steps
  const trainedRows = Math.min(maxSteps / stepsPerEpoch, epochs) * rows.train
  const evaluatedRows = plan.evaluationsAfter(0) * rows.evaluation
  const batches = fromSmallestToLargest(inBatches(lengths.sample, settings.per_device_train_batch_size))
  const costs = engine.costs(batches)
  const operationsPerRow = costs.reduce((sum, { operations, bytes }) => sum + operations + operationsPerByte * bytes, 0) / batches.reduce((rows, { length }) => rows + length, 0)
  return {
    type: 'preflight',
    device: device.name,
    device_reason: reason,
    threads: device.threads,
    train_rows: rows.train,
    eval_rows: rows.evaluation,
    label_names: labelNames,
    problem_type: problemType,
    max_steps: maxSteps,
    num_train_epochs: settings.num_train_epochs,
    estimated_seconds: operationsPerRow * (trainedRows + evaluationShare * evaluatedRows) / productRate,
    memory_bytes: programBytes + stateBytes(slots, settings) + arenaFactor * Math.max(...costs.map(({ peakBytes }) => peakBytes)),
    disk_bytes,
    truncated_share: lengths.truncatedShare,
    max_length: maxLength,
  }
}

/** Value, gradient (two where they add up) and two moments; of an embedding table those for the rows that training touches, perhaps half of them. */
function stateBytes(slots: ReadonlyMap<string, Slot>, { gradient_accumulation_steps }: Settings): number {
  const arrays = gradient_accumulation_steps > 1 ? 5 : 4
  return sum(slots, ({ table, value }) => (table ? 2 : arrays) * value.byteLength)
}

/** Some of them, evenly spread by their tokens, the smallest and the largest among them. */
function fromSmallestToLargest(batches: readonly Int32Array[]): Int32Array[] {
  const tokens = (batch: Int32Array) => batch.reduce((total, length) => total + length, 0)
  const sorted = batches.toSorted((a, b) => tokens(a) - tokens(b))
  const count = Math.min(costedBatches, sorted.length)
  return Array.from({ length: count }, (_, i) => sorted[count === 1 ? 0 : Math.round(i * (sorted.length - 1) / (count - 1))])
}

function inBatches(lengths: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(lengths.length / size) }, (_, i) => lengths.subarray(i * size, (i + 1) * size))
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
