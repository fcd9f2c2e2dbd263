/** A run of the real Trainer: the product follows it from the same rows in the same order to the same losses and accuracies. */
import { dirname, join, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { loadDataset, type Dataset, type Split } from '../src/data/dataset.ts'
import { epochOrder } from '../src/random/mt19937.ts'
import { loadTokenizer, type Tokenizer } from '../src/data/tokenizer.ts'
import { evaluate } from '../src/trainer/evaluate.ts'
import type { Example } from '../src/trainer/stepInputs.ts'
import { Plan } from '../src/trainer/stepPlan.ts'
import { TrainingRows } from '../src/trainer/trainingRows.ts'
import { Largest } from './check.ts'
import type { Given } from './commandLine.ts'
import { readJson } from './files.ts'
import { Model, type Executor, type ModelSource } from './model.ts'
import { findModel, sharedData } from './modelFolder.ts'
import type { Result } from './report.ts'
import { readSettings } from './settings.ts'
import { referenceStep, StepChecks } from './steps.ts'
import { Unreadable } from './unreadable.ts'

const lossTolerance = 2e-5

/** `ag_news_partial train.shuffle(seed=42).select(range(1000))` */
const rowsPattern = /^([\w.-]+) train\.shuffle\(seed=42\)\.select\(range\((\d+)\)\)$/
/** `in model.safetensors of this folder`, `classifier_head_init.safetensors of this folder` */
const headPattern = /^(?:in )?([\w.-]+\.safetensors) of this folder$/

const schema = z.object({
  model: z.string().min(1),
  head: z.string().regex(headPattern),
  train_rows: z.string().regex(rowsPattern),
  max_length: z.int().positive(),
  args: z.record(z.string(), z.unknown()),
  n_train: z.int().positive(),
  n_eval: z.int().positive(),
  steps: z.array(referenceStep).min(1),
  eval_per_epoch: z.array(z.object({ step: z.int().positive(), eval_loss: z.number(), eval_accuracy: z.number() })).min(1),
  train_index_order_per_epoch: z.array(z.array(z.int().min(0))).optional(),
  /** Rows and tokens of each micro-batch. */
  batch_shapes: z.array(z.tuple([z.int(), z.int()])).optional(),
})
type Run = z.output<typeof schema>

export async function checkTrainerRun(file: string, executor: Executor, given: Given): Promise<Result> {
  const run = readJson(file, schema)
  const { settings, unused } = readSettings(run.args, file)
  const source = findSource(file, run, given)
  const dataset = await loadRows(file, run, given)
  const model = await Model.open(source, settings, executor)
  try {
    const tokenizer = await loadTokenizer(source.weights, { ...model.limits, maxLength: run.max_length })
    const texts = encode(tokenizer, dataset.train)
    const plan = new Plan(run.n_train, settings)
    const rows = new TrainingRows(dataset.train, settings, plan, async (chosen) => Array.from(chosen, (row) => texts[row]))
    const follower = new Follower(run, model, encode(tokenizer, dataset.evaluation), dataset)
    if (plan.steps.maxSteps !== run.steps.length) throw new Unreadable(`${file}: args make ${plan.steps.maxSteps} steps, but there are ${run.steps.length}`)
    for (let step = 1; step <= run.steps.length; step++) await follower.make(step, await rows.ofStep(step), plan)
    return { checks: [...orderChecks(run, settings.seed), ...follower.checks], notes: unused.map((name) => `args.${name} is not used`) }
  } finally {
    model.dispose()
  }
}

function findSource(file: string, { model, head }: Run, given: Given): ModelSource {
  const folder = dirname(resolve(file))
  const [, name] = headPattern.exec(head)!
  if (name === 'model.safetensors') return { config: folder, weights: folder }
  const weights = findModel(folder, model, given)
  return { config: existsSync(join(folder, 'config.json')) ? folder : weights, weights, head: join(folder, name) }
}

async function loadRows(file: string, { train_rows, n_train, n_eval }: Run, given: Given): Promise<Dataset> {
  const [, name, count] = rowsPattern.exec(train_rows)!
  if (Number(count) !== n_train) throw new Unreadable(`${file}: n_train is ${n_train}, but train_rows are ${count}`)
  const beside = resolve(dirname(file), '../../ag_news', name)
  const folder = given.dataset ?? [beside, join(sharedData, 'ag_news', name)].find(existsSync)
  if (!folder) throw new Unreadable(`${file} names the dataset ${name}, which is not at ${beside}: give its folder with --dataset`)
  return loadDataset({ dataset: [folder], max_train_samples: n_train, max_eval_samples: n_eval })
}

function encode(tokenizer: Tokenizer, { texts }: Split): Int32Array[] {
  return texts.map((text) => tokenizer.encode(text).ids)
}

/** Makes the steps and the evaluations between them, and holds them against the run. */
class Follower {
  readonly #run: Run
  readonly #model: Model
  readonly #evaluation: { texts: readonly Int32Array[]; labels: Int32Array; labelNames: readonly string[] }
  readonly #steps = new StepChecks('', { loss: lossTolerance, gradNorm: undefined })
  readonly #shapes = new Largest('shapes of batches')
  readonly #accuracy = new Largest('accuracy, in rows')
  readonly #evalLoss = new Largest('evaluation loss')
  #microBatches = 0

  constructor(run: Run, model: Model, texts: readonly Int32Array[], { evaluation: { labels }, labelNames }: Dataset) {
    this.#run = run
    this.#model = model
    this.#evaluation = { texts, labels, labelNames }
  }

  async make(step: number, micro: readonly (readonly Example[])[], { schedule }: Plan): Promise<void> {
    for (const batch of micro) this.#compareShape(batch, step)
    await this.#steps.make(this.#model, micro, step, schedule, this.#run.steps[step - 1])
    const evaluation = this.#run.eval_per_epoch.find((each) => each.step === step)
    if (evaluation) await this.#evaluate(evaluation)
  }

  get checks() {
    return [this.#shapes, this.#steps, this.#accuracy, this.#evalLoss].flatMap(({ checks }) => checks)
  }

  #compareShape(batch: readonly Example[], step: number): void {
    const theirs = this.#run.batch_shapes?.[this.#microBatches++]
    if (theirs) this.#shapes.compare([batch.length, Math.max(...batch.map(({ ids }) => ids.length))], theirs, 0, () => `step ${step}`)
  }

  async #evaluate({ step, eval_loss, eval_accuracy }: Run['eval_per_epoch'][number]): Promise<void> {
    const { texts, labels, labelNames } = this.#evaluation
    this.#model.engine.optimizer.settle()
    const tokens = async (from: number, count: number) => texts.slice(from, from + count)
    const { evaluation: ours } = await evaluate(this.#model.evaluator, { tokens, labels, labelNames }, 16)
    const right = (accuracy: number | null) => Math.round((accuracy ?? NaN) * labels.length)
    this.#accuracy.add(Math.abs(right(ours.eval_accuracy) - right(eval_accuracy)), 0, `step ${step}: ${right(ours.eval_accuracy)} of ${labels.length}`)
    this.#evalLoss.add(Math.abs((ours.eval_loss ?? NaN) - eval_loss), undefined, `step ${step}`)
  }
}

function orderChecks({ n_train, train_index_order_per_epoch }: Run, seed: number) {
  const order = new Largest('order of rows')
  for (const [epoch, theirs] of train_index_order_per_epoch?.entries() ?? []) {
    const ours = epochOrder(n_train, seed, epoch)
    const differing = theirs.length === n_train ? ours.filter((row, i) => row !== theirs[i]).length : n_train
    order.add(differing, 0, `epoch ${epoch + 1}`)
  }
  return order.checks
}
