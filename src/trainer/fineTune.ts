/** Hugging Face's text classification tutorial, top to bottom. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { correctedSince } from '../data/corrections.ts'
import { loadDataset, rowsByLabel } from '../data/dataset.ts'
import { predictedFiles, predictionsFile, writePredictions } from '../data/predictions.ts'
import { Evaluator } from '../models/evaluator.ts'
import { exportModel } from '../models/exportModel.ts'
import { modelFiles } from '../pretrained/modelFolder.ts'
import { fingerprint, openPretrained } from '../pretrained/pretrained.ts'
import { architectureOf } from '../models/registry.ts'
import type { EndEvent, RunEvent } from '../protocol/events.ts'
import { bestMetric } from '../protocol/bestMetric.ts'
import { UserError } from '../protocol/errors.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import type { RunResult } from '../protocol/runResult.ts'
import type { Settings } from '../protocol/settings.ts'
import { trainCommand } from '../protocol/trainCommand.ts'
import { listCheckpoints, removeCheckpointsAfter } from '../runs/checkpoints.ts'
import { currentEnvironment, environmentDifference } from '../runs/environment.ts'
import { publishBest } from '../runs/publishBest.ts'
import { chooseStart, requireSameSources } from '../runs/resume.ts'
import { withAbsolutePaths } from '../runs/sourceNames.ts'
import { openRun, type Run } from '../runs/runFolder.ts'
import { registerRun } from '../runs/runIndex.ts'
import { writeTrainerState } from '../runs/trainerState.ts'
import { modelBytes, readValues } from './checkpoint.ts'
import { chooseDevice, deviceNotices, halfOn, probeDevices } from './chooseDevice.ts'
import { fetchSources } from './fetchSources.ts'
import { loadModel } from './loadModel.ts'
import { openEngine } from './openEngine.ts'
import { preflight } from './preflight.ts'
import { productRate } from './productRate.ts'
import { Plan } from './stepPlan.ts'
import { tokenise, type Tokens } from './tokenise.ts'
import { Training, type Untimed } from './training.ts'
import { comingRows, TrainingRows } from './trainingRows.ts'
import { turnOn, type Turn } from './turn.ts'
import { versions } from './versions.ts'
import { Wishes } from './wishes.ts'

export interface FineTuneOptions {
  /** Aborting stops after the step under way, with a checkpoint. */
  signal: AbortSignal
  onEvent(event: RunEvent): void
  /** That may compute at once: all that this process may use when not given. */
  threads?: number
  /** For models and data by name; that of the machine when not given. */
  token?: string
  /** Pauses and checkpoints that are asked for while it trains. */
  wishes?: Wishes
  /** The run has begun, and nothing is wrong with settings, data and model: its folder is there. */
  onBegun?(folder: string): Promise<void>
}

/**
 * Trains a classifier as `settings` say, in the run folder `output_dir`. A run that was cut off goes on from its last checkpoint.
 * @throws UserError for what is wrong with settings, data or model: nothing is left behind then
 */
export async function fineTune(settings: Settings, { signal, onEvent, threads, token, wishes = new Wishes(), onBegun }: FineTuneOptions): Promise<RunResult> {
  const run = await openRun(settings.output_dir)
  let tokens: Tokens | undefined
  let turn: Turn | undefined
  let training: Training | undefined
  let hasDownloaded = false
  const tell = teller(run, onEvent)
  try {
    const absolute = withAbsolutePaths(settings)
    const start = await chooseStart(run, absolute)
    if (start.kind === 'finished') return { outcome: 'already finished', isCorrectedSince: await isCorrectedSince(run) }

    const begunBefore = run.record?.fingerprints != null
    const begin = once(() => onBegun?.(run.folder))
    const sources = await fetchSources(run, settings, {
      signal, token, tell,
      begin() {
        hasDownloaded = true
        return begin()
      },
    })
    if (sources === undefined) return { outcome: 'stopped' }
    const { origins, ...named } = sources
    const here = { ...settings, ...named }
    const probe = probeDevices(settings)

    // 1. the data, 2. the model's folder with its tokenizer, 3. a new head for its labels
    const dataset = await loadDataset({ ...here, corrections: run.record?.corrections })
    const pretrained = await openPretrained(here.model_name_or_path)
    const architecture = architectureOf(pretrained.config.model_type)
    const config = architecture.readConfig(pretrained.config)
    const { labelNames: labels, problemType } = dataset
    bestMetric(settings, problemType) // one that is not measured is said before anything is done
    const plan = new Plan(dataset.train.texts.length, settings)
    const order = comingRows(dataset.train.texts.length, settings, plan, start.kind === 'resume' ? start.checkpoint.step : 0)
    tokens = await tokenise(here, dataset, order, architecture.limits(config))
    const fingerprints = { data: dataset.fingerprint, model: await fingerprint(pretrained) }
    requireSameSources(run, fingerprints)

    // 4. the device, 5. the training step compiled for it, 6. the weights where it works on them
    const { device, reason, notices: ofDevice } = await chooseDevice(probe, settings.device, threads)
    const half = halfOn(device, settings)
    const say = (each: Notice) => tell({ type: 'notice', ...each })
    const engine = openEngine({ device, architecture, config, labels: labels.length, problemType, settings, plan, half, say, padTokenId: tokens.padTokenId })
    const { slots } = engine.optimizer
    const modelNotices = await loadModel({ architecture, config, pretrained, labels, problemType, seed: settings.seed }, slots)
    const value = (name: string) => slots.get(name)!.value
    const openEvaluator = () => new Evaluator(device, architecture, config, labels.length, (name) => engine.parameter(name), { half })
    const files = await modelFiles(pretrained, { className: architecture.className, usesTokenTypes: architecture.usesTokenTypes(config), labels, problemType, maxLength: tokens.maxLength, tokenizer: tokens.tokenizer })

    // 7. the state of the run, from its checkpoint where it goes on
    training = new Training({
      settings, plan, engine, openEvaluator, run, files, tell,
      rows: new TrainingRows(dataset.train, settings, plan, tokens.train),
      evaluationRows: { tokens: tokens.evaluation, labels: dataset.evaluation.labels, targets: dataset.evaluation.targets, labelNames: labels, problemType },
    })
    if (start.kind === 'resume') await training.resume(start.checkpoint)

    // 8. what is ahead, and the run folder
    const ahead = preflight({
      settings, plan, device, reason, engine, lengths: tokens.lengths, maxLength: tokens.maxLength, folder: run.folder, labelNames: labels, problemType,
      rows: { train: dataset.train.texts.length, evaluation: dataset.evaluation.texts.length }, productRate: await productRate(device),
    })
    const environment = currentEnvironment({ device: device.name, threads: device.threads, ...versions() })
    const changes = run.record?.environment ? environmentDifference(run.record.environment, environment) : []
    await run.begin({ settings: absolute, origins, fingerprints, corrections: dataset.corrections, environment, best: training.bestRow })
    await begin()
    tell({ ...ahead, label_rows: rowsByLabel(dataset.train, dataset) })
    const fromStart = start.kind === 'fresh' ? modelNotices : []
    for (const each of [...named.notices, ...dataset.notices, ...fromStart, ...ofDevice, ...deviceNotices(device, settings)]) say(each)
    if (begunBefore) {
      await removeCheckpointsAfter(run.folder, training.step)
      tell({ type: 'resume', step: training.step })
      if (changes.length > 0) tell({ type: 'notice', ...notice('run.not-bit-for-bit', { changes: changes.join(', ') }) })
    }

    // 9. its turn on the device; epochs of steps, each in Trainer's order: log, evaluate and save where it is due
    turn = await turnOn(device.name, { run, signal, tell, leaveDevice: () => training!.leaveDevice() })
    await turn.come(training.step, wishes)
    if (training.lacksEvaluation) {
      await training.evaluate(signal)
      await training.save()
    }
    while (training.step < plan.schedule.max_steps && !signal.aborted) {
      await training.trainStep()
      if (run.record === undefined) await keepFolder(run)
      if (training.step === plan.steps.stepsPerEpoch) tellTruncated(tokens, tell)
      const due = plan.due(training.step)
      if (due.log) training.log()
      const best = due.evaluate && await training.evaluate(signal)
      const wish = signal.aborted ? 'stop' : wishes.take()
      if (due.save || (best && settings.load_best_model_at_end) || wish) await training.save()
      if (wish === 'pause') await turn.pause(training.step, wishes)
    }
    if (training.step < plan.schedule.max_steps || training.lacksEvaluation) {
      if (run.record !== undefined) await run.update({ state: 'stopped' })
      tell({ type: 'end', outcome: 'stopped', step: training.step, best_step: training.bestStep, resume_command: trainCommand(settings) })
      return { outcome: 'stopped' }
    }

    // 10. the best model at the top of the folder, with its ONNX export; 11. ready for predict
    const checkpoints = await listCheckpoints(run.folder)
    const wanted = settings.load_best_model_at_end ? training.bestStep ?? training.step : training.step
    const best = checkpoints.find(({ step }) => step === wanted)!
    if (best.step !== training.step) {
      await readValues(best.folder, engine.optimizer)
      engine.optimizer.loaded()
    }
    const predictions = await training.predictionsOf(best.step)
    await training.end()
    await publishBest(run.folder, {
      best,
      bytes: 2 * modelBytes(engine.optimizer),
      async write(folder) {
        await mkdir(join(folder, 'onnx'))
        await exportModel(join(folder, 'onnx', 'model.onnx'), architecture, config, labels.length, value)
        if (predictions) await writePredictions(join(folder, predictionsFile), dataset.evaluation, labels, predictions)
      },
    })
    await writeTrainerState(run.folder, training.finished())
    await run.update({ state: 'finished' })
    tell({ type: 'end', outcome: 'finished', step: training.step, best_step: wanted })
    return { outcome: 'finished' }
  } catch (error) {
    const end = { step: training?.step ?? 0, best_step: training?.bestStep ?? null, resume_command: trainCommand(settings) }
    if (run.hasBegun) await leaveWord(run, hasDownloaded, () => tell({ type: 'end', outcome: 'failed', ...failure(error), ...end }))
    throw error
  } finally {
    await turn?.end()
    await tokens?.close()
    await run.close()
  }
}

/** Not known of a run that keeps no rows. */
async function isCorrectedSince({ folder, record }: Run): Promise<boolean> {
  return correctedSince(await predictedFiles(folder).catch(() => []), record!.created)
}

/** What an `end` says of an error. */
function failure(error: unknown): Pick<EndEvent, 'error' | 'mistake'> {
  return { error: (error as Error).message, mistake: error instanceof UserError ? { code: error.code, args: error.args } : undefined }
}

/** Does something at the first call only. */
function once(action: () => Promise<void> | undefined): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => done ??= Promise.resolve(action())
}

/** After step 1: from now on the folder stays, and `finetune runs` finds it. */
async function keepFolder(run: Run): Promise<void> {
  await run.update({ state: 'running' })
  await registerRun(run.folder)
}

/** Puts a failure on record, unless the failure (a full disk) is in the way of that too: the first one is what a person needs to know. */
async function leaveWord(run: Run, hasDownloaded: boolean, tellEnd: () => void): Promise<void> {
  try {
    if (run.record !== undefined || hasDownloaded) await run.update({ state: 'failed' })
    tellEnd()
  } catch {
    return
  }
}

/** Once every text has been tokenised the share that was an estimate is known. */
function tellTruncated({ stats, maxLength }: Tokens, tell: (event: Untimed) => void): void {
  const { rows, truncated } = stats()
  if (truncated > 0) tell({ type: 'notice', ...notice('data.truncated', { count: truncated, rows, maxLength }) })
}

/** Events go to the run folder first, then to who listens. */
function teller(run: Run, onEvent: (event: RunEvent) => void): (event: Untimed) => void {
  return (event) => {
    const timed = { ...event, time: new Date().toISOString() } as RunEvent
    run.events.append(timed)
    onEvent(timed)
  }
}
