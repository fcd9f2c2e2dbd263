/** Whole training commands, as a person starts them: where the time to the first step goes, and the memory of it all. */
import { join } from 'node:path'
import { runCommand, type CommandResult } from './command.ts'

export interface TrainingCommand {
  peak_memory_bytes: number
  /** Seconds from the start of the process to the end of each part, in order; the last is the first step. */
  first_step: Record<string, number>
}

interface Where {
  cpus: string
  python: string
  model: string
  dataset: string
  /** An empty folder. */
  output: string
  steps: number
}

const evaluationRows = 1000

/** Trains `steps` steps of AG News as it comes, evaluates 1,000 rows and saves, with either program. */
export async function compareTraining({ cpus, python, model, dataset, output, steps }: Where): Promise<{ ours: TrainingCommand; torch: TrainingCommand }> {
  const common = { max_steps: steps, eval_strategy: 'steps', eval_steps: steps, save_strategy: 'steps', save_steps: steps, max_eval_samples: evaluationRows }
  const settings = Object.entries(common).flatMap(([name, value]) => [`--${name}`, String(value)])
  const ours = await runCommand(cpus, [
    process.execPath, 'dist/finetune.js', 'train', '--json', '--model_name_or_path', model, '--dataset', dataset, '--output_dir', join(output, 'ours'), ...settings,
  ])
  const torch = await runCommand(cpus, [python, 'bench/tutorial.py', model, dataset, join(output, 'torch'), String(steps), String(evaluationRows)])
  return {
    ours: { peak_memory_bytes: ours.peakBytes, first_step: oursToFirstStep(ours) },
    torch: { peak_memory_bytes: torch.peakBytes, first_step: torchToFirstStep(torch) },
  }
}

function oursToFirstStep({ firstWord, lines }: CommandResult): Record<string, number> {
  const first = (type: string) => lines.find(({ line }) => line.type === type)!.at
  return { program: firstWord, 'data, model, compiled step': first('preflight'), 'first step': first('progress') }
}

function torchToFirstStep({ lines }: CommandResult): Record<string, number> {
  const end = lines.findIndex(({ line }) => line.part === 'first step')
  return Object.fromEntries(lines.slice(0, end + 1).map(({ at, line }) => [String(line.part), at]))
}
