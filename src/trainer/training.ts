/** The state of a run between its steps, and what is done to it: a step, a log row, an evaluation, a checkpoint. */
import type { Predictions } from '../data/predictions.ts'
import type { ModelFile } from '../pretrained/modelFolder.ts'
import type { Evaluator } from '../models/evaluator.ts'
import { learningRateAt } from '../optim/schedule.ts'
import { bestMetric } from '../protocol/bestMetric.ts'
import { UserError } from '../protocol/errors.ts'
import { notice } from '../protocol/notices.ts'
import { problemTypeOf, type Evaluation } from '../protocol/evaluation.ts'
import type { RunEvent } from '../protocol/events.ts'
import type { Settings } from '../protocol/settings.ts'
import { checkpointName, listCheckpoints, rotateCheckpoints, writeCheckpoint, type Checkpoint } from '../runs/checkpoints.ts'
import type { Run } from '../runs/runFolder.ts'
import { logged, startState, type LogRow, type TrainerState } from '../runs/trainerState.ts'
import { noProgress, type TrainingProgress } from '../runs/trainingProgress.ts'
import { isBetter } from './bestModel.ts'
import { checkpointBytes, readCheckpointFiles, writeCheckpointFiles, type TrainingState } from './checkpoint.ts'
import { evaluate } from './evaluate.ts'
import { FittingBatches } from './fittingBatches.ts'
import type { Evaluated, EvaluationRows } from './measure.ts'
import type { Plan } from './stepPlan.ts'
import type { Example } from './stepInputs.ts'
import type { StepResult, TrainingEngine } from './trainingEngine.ts'
import type { TrainingRows } from './trainingRows.ts'

/** An event without its time, which is added when it is told. */
export type Untimed = RunEvent extends infer Event ? Event extends { time: string } ? Omit<Event, 'time'> : never : never

export interface TrainingParts {
  settings: Settings
  plan: Plan
  engine: TrainingEngine
  /** Called once the engine is ready, and so the device this run's. */
  openEvaluator(): Evaluator
  rows: TrainingRows
  evaluationRows: EvaluationRows
  run: Run
  files: readonly ModelFile[]
  tell(event: Untimed): void
}

export class Training {
  readonly #parts: TrainingParts
  /** What fits of evaluation batches. */
  readonly #fitting: FittingBatches
  #evaluator: Evaluator | undefined
  #now: TrainingState
  #last: StepResult & { learningRate: number } = { loss: NaN, gradNorm: NaN, learningRate: NaN }
  /** The effective batch of the next step, where it is asked for ahead. */
  #coming: { step: number, micro: Promise<Example[][]> } | undefined
  /** Rows and seconds of steps in this process, for the rate. */
  #pace = { rows: 0, seconds: 0, evaluationSeconds: 0 }
  /** What the model that may become the finished one said of the evaluation rows. */
  #measured: { step: number, predictions: Predictions | undefined } | undefined

  constructor(parts: TrainingParts) {
    const { settings, plan } = parts
    this.#parts = parts
    this.#fitting = new FittingBatches(({ rows }) => parts.tell({ type: 'notice', ...notice('device.smaller-evaluation', { rows }) }))
    this.#now = {
      state: startState({
        ...plan.intervals, max_steps: plan.steps.maxSteps, num_train_epochs: plan.steps.epochs,
        train_batch_size: settings.per_device_train_batch_size,
      }),
      progress: noProgress,
    }
  }

  get step(): number {
    return this.#now.state.global_step
  }

  get bestStep(): number | null {
    return this.#now.state.best_global_step
  }

  /** The row of log_history of the best evaluation so far. */
  get bestRow(): LogRow | null {
    const { best_global_step, log_history } = this.#now.state
    return log_history.find((row) => row.step === best_global_step && row.eval_loss !== undefined) ?? null
  }

  /** Whether the evaluation that belongs to this step is still to come: a person stopped it. */
  get lacksEvaluation(): boolean {
    const { step } = this
    return step > 0 && this.#parts.plan.due(step).evaluate && !this.#isMeasured(step)
  }

  /**
   * What the model of a step, whose values are in place, says of each evaluation row; undefined where that step was never evaluated.
   * An earlier process may have measured it: then it is measured again.
   */
  async predictionsOf(step: number): Promise<Predictions | undefined> {
    if (this.#measured?.step === step) return this.#measured.predictions
    if (!this.#isMeasured(step)) return undefined
    return (await this.#evaluateModel()).predictions
  }

  /** Goes on from a checkpoint. */
  async resume(checkpoint: Checkpoint): Promise<void> {
    const { optimizer, scalesLoss } = this.#parts.engine
    this.#now = await readCheckpointFiles(checkpoint.folder, optimizer)
    const { skipped_steps, grad_scaler } = this.#now.progress
    if (optimizer.state) optimizer.state = { ...optimizer.state, ...scalesLoss ? grad_scaler : {}, updates: this.step - skipped_steps }
  }

  /** The next step. @throws UserError where the loss is no longer a number, other than in a step that float16 skips */
  async trainStep(): Promise<void> {
    const { plan, engine, rows, tell } = this.#parts
    const step = this.step + 1
    const start = performance.now()
    const micro = await (this.#coming?.step === step ? this.#coming.micro : rows.ofStep(step))
    const update = step - this.#now.progress.skipped_steps
    const learningRate = learningRateAt(update - 1, plan.schedule)
    const running = engine.step(micro, { step, update, learningRate })
    this.#prepareNext(step + 1)
    const result = await running
    if (!result.skipped && !(Number.isFinite(result.loss) && Number.isFinite(result.gradNorm))) throw await this.#notFinite(step, result)
    const loss = Number.isFinite(result.loss) ? result.loss : this.#usualLoss
    this.#last = { ...result, loss, learningRate }
    this.#count(step, micro.flat(), this.#last, (performance.now() - start) / 1000)
    tell({ type: 'progress', step, max_steps: plan.schedule.max_steps, epoch: this.#now.state.epoch, ...this.#numbers(), ...this.#speed() })
  }

  /** A row of the mean loss since the last one. */
  log(): void {
    const { loss_since_log, logged_step, loss_until_log } = this.#now.progress
    const loss = loss_since_log / (this.step - logged_step)
    this.#addRow({ ...this.#numbers(), loss })
    this.#now.progress = { ...this.#now.progress, loss_since_log: 0, logged_step: this.step, loss_until_log: loss_until_log + loss_since_log }
    this.#parts.tell({ type: 'log', step: this.step, epoch: this.#now.state.epoch, ...this.#numbers(), loss })
  }

  /** Measures the model; returns whether it is the best so far. An evaluation that `signal` ends is as if it had not begun. */
  async evaluate(signal: AbortSignal): Promise<boolean> {
    const { settings, run, tell } = this.#parts
    const start = performance.now()
    const evaluated = await this.#evaluateModel(signal).catch((error: unknown) => {
      if (error !== signal.reason) throw error
    })
    if (evaluated === undefined) return false
    const { evaluation, predictions } = evaluated
    const seconds = (performance.now() - start) / 1000
    this.#pace.evaluationSeconds = seconds
    const row = evaluationRow(evaluation, seconds, settings.per_device_eval_batch_size)
    this.#addRow(row)
    const best = this.#compare(evaluation)
    if (best || !settings.load_best_model_at_end) this.#measured = { step: this.step, predictions }
    if (best) await run.update({ best: this.bestRow })
    tell({ type: 'evaluate', step: this.step, epoch: this.#now.state.epoch, training_loss: this.#trainingLoss(), best, ...evaluation })
    return best
  }

  /** After the last step: what comes then needs the values alone, and the memory. */
  async end(): Promise<void> {
    const { engine } = this.#parts
    this.#closeEvaluator()
    await engine.makeRoom()
    engine.dispose()
  }

  /** For a long pause, after a checkpoint: nothing stays on a device of its own until training goes on. */
  leaveDevice(): void {
    const { engine } = this.#parts
    if (engine.leaveDevice === undefined) return
    this.#closeEvaluator()
    engine.leaveDevice()
  }

  #closeEvaluator(): void {
    this.#evaluator?.dispose()
    this.#evaluator = undefined
  }

  async #evaluateModel(signal?: AbortSignal): Promise<Evaluated> {
    const { settings, engine, openEvaluator, evaluationRows } = this.#parts
    await engine.ready()
    this.#evaluator ??= openEvaluator()
    // The memory of steps and that of evaluations are never needed at once.
    try {
      await engine.makeRoom()
      return await evaluate(this.#evaluator, evaluationRows, settings.per_device_eval_batch_size, signal, this.#fitting)
    } finally {
      await engine.makeRoom()
    }
  }

  /** `checkpoint-N` of this step. */
  async save(): Promise<Checkpoint> {
    const { settings, engine, run, files, tell } = this.#parts
    const { optimizer } = engine
    await engine.toHost()
    if (this.#now.state.best_global_step === this.step) this.#now.state = { ...this.#now.state, best_model_checkpoint: checkpointName(this.step) }
    run.events.sync()
    const checkpoint = await writeCheckpoint(run.folder, {
      step: this.step,
      bytes: checkpointBytes(optimizer),
      write: (folder) => writeCheckpointFiles(folder, files, optimizer, { ...this.#now, progress: { ...this.#now.progress, ...scalerOf(engine) } }),
    })
    tell({ type: 'checkpoint', step: this.step, path: checkpointName(this.step) })
    await rotateCheckpoints(run.folder, settings.save_total_limit, this.bestStep)
    return checkpoint
  }

  /** The state with the last row of the log: means over the whole run. */
  finished(): TrainerState {
    const { loss_since_log, loss_until_log, train_runtime, rows_seen } = this.#now.progress
    const rate = (count: number) => (train_runtime > 0 ? count / train_runtime : 0)
    return logged(this.#now.state, {
      total_flos: 0, train_loss: (loss_until_log + loss_since_log) / this.step, train_runtime,
      train_samples_per_second: rate(rows_seen), train_steps_per_second: rate(this.step),
    })
  }

  /** Where the engine can make use of it while a step is under way. An error is told when it is that step's turn. */
  #prepareNext(step: number): void {
    const { plan, engine, rows } = this.#parts
    if (engine.prepare === undefined || step > plan.schedule.max_steps) return
    const micro = rows.ofStep(step)
    this.#coming = { step, micro }
    micro.then((found) => engine.prepare?.(found, step), () => {})
  }

  async #notFinite(step: number, { loss }: StepResult): Promise<UserError> {
    const { rows, run } = this.#parts
    const last = (await listCheckpoints(run.folder)).at(-1)
    const kept = last ? `${checkpointName(last.step)} is kept` : 'there is no checkpoint yet'
    return new UserError('train.not-finite', { what: Number.isFinite(loss) ? 'gradient' : 'loss', step, rows: rows.namesOfStep(step), kept })
  }

  #count(step: number, examples: { ids: Int32Array }[], { loss, skipped = false }: StepResult, seconds: number): void {
    const { state, progress } = this.#now
    this.#pace.rows += examples.length
    this.#pace.seconds += seconds
    this.#now = {
      state: { ...state, global_step: step, epoch: this.#parts.plan.epochAt(step) },
      progress: {
        ...progress,
        loss_since_log: progress.loss_since_log + loss,
        rows_seen: progress.rows_seen + examples.length,
        tokens_seen: progress.tokens_seen + examples.reduce((sum, { ids }) => sum + ids.length, 0),
        train_runtime: progress.train_runtime + seconds,
        skipped_steps: progress.skipped_steps + Number(skipped),
      },
    }
  }

  #numbers(): { loss: number; learning_rate: number; grad_norm: number } {
    return { loss: this.#last.loss, learning_rate: this.#last.learningRate, grad_norm: this.#last.gradNorm }
  }

  #speed(): { rows_per_second: number; eta_seconds: number } {
    const { plan, rows } = this.#parts
    const rate = this.#pace.rows / this.#pace.seconds
    const evaluations = plan.evaluationsAfter(this.step)
    return { rows_per_second: rate, eta_seconds: rows.remainingAfter(this.step) / rate + evaluations * this.#pace.evaluationSeconds }
  }

  /** For the log, in place of a loss that is not a number: the mean of those before it as Trainer has it (logging_nan_inf_filter). */
  get #usualLoss(): number {
    const { loss_since_log, logged_step } = this.#now.progress
    return loss_since_log / (1 + this.step - logged_step)
  }

  #isMeasured(step: number): boolean {
    return this.#now.state.log_history.some((row) => row.step === step && row.eval_loss !== undefined)
  }

  #addRow(row: LogRow): void {
    this.#now.state = logged(this.#now.state, row)
  }

  /** Mean loss of the last log row, as Trainer's table shows it. */
  #trainingLoss(): number | null {
    return this.#now.state.log_history.findLast((row) => row.loss !== undefined)?.loss ?? null
  }

  #compare(evaluation: Evaluation): boolean {
    const { metric, greater_is_better } = bestMetric(this.#parts.settings, problemTypeOf(evaluation))
    const value = evaluation[`eval_${metric}`]
    const { state } = this.#now
    if (typeof value !== 'number' || !isBetter(value, state.best_metric, greater_is_better)) return false
    this.#now.state = { ...state, best_metric: value, best_global_step: this.step }
    return true
  }
}

/** What training_progress.json keeps of where the loss is scaled. */
function scalerOf({ scalesLoss, optimizer: { state } }: TrainingEngine): Pick<TrainingProgress, 'grad_scaler'> {
  return scalesLoss && state ? { grad_scaler: { scale: state.scale, growth_tracker: state.growth_tracker } } : {}
}

function evaluationRow({ per_class: _labels, confusion_matrix: _counts, eval_accuracy_margin: _margin, eval_rows, ...measured }: Evaluation, seconds: number, batchSize: number): LogRow {
  const numbers = Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== undefined && value !== null))
  return {
    ...numbers, eval_runtime: seconds,
    eval_samples_per_second: eval_rows / seconds, eval_steps_per_second: Math.ceil(eval_rows / batchSize) / seconds,
  }
}
