/** Whole training commands, as a person starts them: where the time to the first step goes, and the memory of it all. */
import { join } from 'node:path'
import { runCommand, type CommandResult } from './command.ts'
import type { Measurement, Place } from './part.ts'
import { mebibytes } from './table.ts'

/** Seconds from the start of the process to the end of each part, in order; the last is the first step. */
export type FirstStep = Record<string, number>

const evaluationRows = 1000

/** Trains `steps` steps of AG News as it comes, evaluates 1,000 rows and saves, with either program. */
export async function compareCommands({ cpus, python, folder, data }: Place, output: string, steps: number): Promise<Measurement> {
  const dataset = join(data, 'ag_news/ag_news_partial')
  const ours = await runCommand(cpus, trainCommand({
    model_name_or_path: join(folder, 'model'), dataset, output_dir: join(output, 'ours'), max_steps: steps, max_eval_samples: evaluationRows,
    eval_strategy: 'steps', eval_steps: steps, save_strategy: 'steps', save_steps: steps,
  }))
  const torch = await runCommand(cpus, [python, 'bench/tutorial.py', join(folder, 'model'), dataset, join(output, 'torch'), String(steps), String(evaluationRows)])
  const first = { ours: oursToFirstStep(ours), torch: torchToFirstStep(torch) }
  const [peakRatio, startRatio] = [ours.peakBytes / torch.peakBytes, first.ours['first step'] / first.torch['first step']]
  return {
    report: { peak_memory_ratio: peakRatio, first_step_ratio: startRatio, peak_memory_bytes: { ours: ours.peakBytes, torch: torch.peakBytes }, first_step: first },
    text: [
      `Peak memory, ours to HF Trainer: ${peakRatio.toFixed(2)} (${mebibytes(ours.peakBytes)} to ${mebibytes(torch.peakBytes)}).`,
      `Time to the first step, ours to HF Trainer: ${startRatio.toFixed(2)}.`,
      `  ours: ${partsOf(first.ours)}`,
      `  HF Trainer: ${partsOf(first.torch)}`,
    ].join('\n'),
  }
}

/** `finetune train` with settings. */
export function trainCommand(settings: Readonly<Record<string, string | number>>): string[] {
  return [process.execPath, 'dist/finetune.js', 'train', '--json', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])]
}

export function oursToFirstStep({ lines }: CommandResult): FirstStep {
  const first = (type: string) => lines.find(({ line }) => line.type === type)!.at
  return { 'rows, model, compiled step': first('preflight'), 'first step': first('progress') }
}

function torchToFirstStep({ lines }: CommandResult): FirstStep {
  const end = lines.findIndex(({ line }) => line.part === 'first step')
  return Object.fromEntries(lines.slice(0, end + 1).map(({ at, line }) => [String(line.part), at]))
}

export function partsOf(firstStep: FirstStep): string {
  return Object.entries(firstStep).map(([part, at]) => `${part} ${at.toFixed(1)} s`).join(', ')
}
