/** Runs over 1,000 to 120,000 rows: time for each real token, how long steps wait for tokens, and what the memory is for. */
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { partsOf } from './commands.ts'
import type { Measurement, Place } from './part.ts'
import type { WatchedRun } from './run.ts'
import { mebibytes, percent, table } from './table.ts'

const counts = [1000, 10_000, 120_000]
const steps = 24
/** Memory is first touched and grows in these, which do not count. */
const warmUp = 4

interface RunOverRows extends Omit<WatchedRun, 'steps'> {
  rows: number
  secondsPerToken: number
  waitedShare: number
}

export async function measureRows({ cpus, folder, data, say }: Place, output: string): Promise<Measurement> {
  const runs: RunOverRows[] = []
  for (const rows of counts) {
    say(`${rows} rows`)
    const settings = {
      model_name_or_path: join(folder, 'model'), dataset: join(data, 'ag_news/ag_news_120k_resampled'), output_dir: join(output, `rows-${rows}`),
      max_train_samples: rows, max_eval_samples: 1, max_steps: steps, eval_strategy: 'no', save_strategy: 'no', load_best_model_at_end: false,
    }
    const { lines } = await runCommand(cpus, [process.execPath, 'dist/bench/run.js', JSON.stringify(settings)])
    const run = lines[0].line as unknown as WatchedRun
    const counted = run.steps.slice(warmUp)
    const sum = (of: 'seconds' | 'waited' | 'tokens') => counted.reduce((total, step) => total + step[of], 0)
    runs.push({ rows, secondsPerToken: sum('seconds') / sum('tokens'), waitedShare: sum('waited') / sum('seconds'), memory: run.memory, firstStep: run.firstStep })
  }
  return { report: { runs }, text: textOf(runs) }
}

function textOf(runs: readonly RunOverRows[]): string {
  const { rows: most, memory, firstStep } = runs[runs.length - 1]
  const { programs, state, masks, javascript, tokeniser, other, live } = memory
  return [
    table(['rows', 'time per token', 'share of steps that waits for tokens'], runs.map(({ rows, secondsPerToken, waitedShare }) => (
      [rows.toLocaleString('en'), (secondsPerToken / runs[0].secondsPerToken).toFixed(2), percent(waitedShare)]))),
    `To the first step of ${most.toLocaleString('en')} rows: ${partsOf(firstStep)}.`,
    `Memory after ${steps} steps of ${most.toLocaleString('en')} rows: ${mebibytes(programs + state + masks + javascript + other)}.`,
    table(['for', 'MiB'], Object.entries({
      'state: values, gradients, moments': state, 'dropout masks (WASM)': masks, 'JavaScript: rows, token ids, heap': javascript,
      "the tokeniser's thread": tokeniser, 'programs and libraries': programs,
      [`ONNX Runtime: arena, sessions (${mebibytes(live)} of activations live at once)`]: other - tokeniser,
    }).map(([name, bytes]) => [name, String(Math.round(bytes / 2 ** 20))])),
  ].join('\n')
}
