/** `finetune train`: from the words of a command line to a finished run. */
import { join } from 'node:path'
import { printable } from '../protocol/errors.ts'
import { checkSettings } from '../protocol/checkSettings.ts'
import type { RunEvent } from '../protocol/events.ts'
import { withPreset } from '../protocol/presets.ts'
import type { RunResult } from '../protocol/runResult.ts'
import { reduceRun } from '../protocol/runView.ts'
import type { Settings } from '../protocol/settings.ts'
import { quoted, trainCommand } from '../protocol/trainCommand.ts'
import type { Classifier, ClassifierOptions } from '../classify/classifier.ts'
import { predictionLines } from './predictionText.ts'
import { nearPath } from './preflightText.ts'
import { asTyped } from './programName.ts'
import { accountToPublish, publishFinished } from './publish.ts'
import { RunPrinter } from './runPrinter.ts'
import type { Output } from './runPrinter.ts'
import { readSettingsFile } from './settingsFile.ts'
import { listenForStop } from './stopSignal.ts'

/** The tutorial's closing example, for models that know its labels. */
const newsLabels = ['World', 'Sports', 'Business', 'Sci/Tech']
const newsSentence = 'The home team won the championship after a thrilling match.'

const titles = {
  quick: 'Settings of the preset "quick", the embedded model on the News sample (--name value changes one):',
  tutorial: 'Settings:',
}

/** The parts that load native code, only once they are needed. A test puts its own in their place. */
export interface TrainParts {
  fineTune(settings: Settings, options: { signal: AbortSignal; onEvent(event: RunEvent): void }): Promise<RunResult>
  openClassifier(folder: string, options: ClassifierOptions): Promise<Pick<Classifier, 'classify' | 'close'>>
  /** The events that earlier processes left in a run folder, none where there is no run. */
  earlierEvents(folder: string): Promise<RunEvent[]>
}

export interface TrainOptions {
  /** Settings of the command line, over those of the file. */
  given: Record<string, unknown>
  settingsFile?: string
  /** Events as JSON lines go here; what is for people goes to `people`. */
  events?: Output
  people: Output
  parts?: TrainParts
}

/** Trains and returns the exit code: 0 when the run is finished, 130 when Ctrl-C stopped it. */
export async function train({ given, settingsFile, events, people, parts }: TrainOptions): Promise<number> {
  const fromFile = settingsFile === undefined ? {} : await readSettingsFile(settingsFile)
  const { preset, given: all } = withPreset({ ...fromFile, ...given })
  const settings = checkSettings(all)
  const { fineTune, openClassifier, earlierEvents } = parts ?? await nativeParts()
  const account = settings.push_to_hub ? await accountToPublish(settings) : undefined
  const earlier = reduceRun(await earlierEvents(settings.output_dir))
  const printer = new RunPrinter(people, { settings, title: titles[preset], earlier })

  const stop = listenForStop(() => printer.print('Stopping after this step, with a checkpoint (Ctrl-C again: at once).'))
  function onEvent(event: RunEvent): void {
    events?.write(`${JSON.stringify(event)}\n`)
    printer.event(event)
  }
  const { outcome, isCorrectedSince } = await fineTune(settings, { signal: stop.signal, onEvent }).finally(() => {
    stop.dispose()
    printer.close()
  })
  switch (outcome) {
    case 'finished':
      await showExample(settings, printer, openClassifier)
      if (account) await publishFinished(settings, account, people)
      return 0
    case 'already finished':
      printer.print(`${finishedText(settings)}: there is nothing to ${account ? 'train' : 'do'}. Another --output_dir trains anew.`)
      if (isCorrectedSince) printer.print('Labels of its data were corrected since it began: it does not know them, a run in another --output_dir does.')
      if (account) await publishFinished(settings, account, people)
      return 0
    case 'stopped':
      printer.print(`Stopped after step ${printer.view.end?.step ?? 0}. To go on:`, `  ${asTyped(trainCommand(settings))}`)
      return stop.exitCode()
  }
}

function finishedText({ output_dir }: Settings): string {
  return `The run in ${printable(nearPath(output_dir))} is finished with these settings`
}

/** Classifies the tutorial's sentence, where the labels are those of AG News and the News sample. */
async function showExample(settings: Settings, printer: RunPrinter, openClassifier: TrainParts['openClassifier']): Promise<void> {
  const labels = printer.view.preflight?.label_names ?? []
  if (labels.length === newsLabels.length && newsLabels.every((label) => labels.includes(label))) {
    const classifier = await openClassifier(settings.output_dir, { few: true })
    try {
      const [prediction] = await classifier.classify([newsSentence])
      printer.print('', ...predictionLines(prediction))
    } finally {
      await classifier.close()
    }
  }
  printer.print('', 'Try it:', `  ${asTyped(`finetune predict --model ${quoted(nearPath(settings.output_dir))} "${newsSentence}"`)}`)
}

async function nativeParts(): Promise<TrainParts> {
  const [{ commandedRun }, { openClassifier }, { readEvents }, { eventsFile }] = await Promise.all([
    import('../trainer/commandedRun.ts'), import('../classify/classifier.ts'), import('../runs/eventLog.ts'), import('../runs/runFolder.ts'),
  ])
  const earlierEvents = async (folder: string) => (await readEvents(join(folder, eventsFile)).catch(() => ({ events: [] }))).events
  return { fineTune: commandedRun, openClassifier, earlierEvents }
}
