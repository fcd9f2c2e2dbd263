/**
 * `npm run seeds`: five seeds of two fine-tunings beside HF Trainer's five seeds of the same (shared/data/runs/five_seeds.json).
 * For each epoch the mean accuracies must not differ by more than two standard errors of their difference, sqrt(s₁²/n + s₂²/n) with the
 * sample deviations s of either side and n = 5.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const data = join(process.env.FINETUNE_SHARED ?? '../shared', 'data')
const jobs = [
  { name: 'minilm_distilbert_1000_lr2e-5', model: 'minilm-l6-as-distilbert' },
  { name: 'news_mini_1000_lr1e-4', model: 'news-mini' },
]

interface Reference {
  learning_rate: number
  runs: { seed: number; eval_accuracy: number[] }[]
}

const references = JSON.parse(readFileSync(join(data, 'runs/five_seeds.json'), 'utf8')) as Record<string, Reference>
let out = 0
for (const { name, model } of jobs) {
  const { learning_rate, runs } = references[name]
  const ours = runs.map(({ seed }) => accuracies(join(data, 'models', model), learning_rate, seed))
  console.log(`${name}\nepoch  HF Trainer       ours             difference  2 standard errors`)
  for (const epoch of ours[0].keys()) {
    const [theirs, mine] = [runs.map(({ eval_accuracy }) => eval_accuracy[epoch]), ours.map((run) => run[epoch])]
    const difference = mean(mine) - mean(theirs)
    const limit = 2 * Math.sqrt(variance(theirs) / theirs.length + variance(mine) / mine.length)
    const within = Math.abs(difference) <= limit
    if (!within) out++
    console.log(`${epoch + 1}      ${spread(theirs)}  ${spread(mine)}  ${difference.toFixed(4).padStart(10)}  ${limit.toFixed(4)}${within ? '' : '  OUT'}`)
  }
}
process.exitCode = out > 0 ? 1 : 0

/** Accuracy after each epoch of 1,000 rows, on 1,000 rows. */
function accuracies(model: string, learningRate: number, seed: number): number[] {
  const output = mkdtempSync(join(tmpdir(), 'finetune-seeds-'))
  try {
    const settings = {
      model_name_or_path: model, dataset: join(data, 'ag_news/ag_news_partial'), output_dir: join(output, 'run'),
      max_train_samples: 1000, max_eval_samples: 1000, learning_rate: learningRate, seed,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const env = { ...process.env, XDG_DATA_HOME: output } // these runs do not queue behind the user's own, nor are they listed with them
    const events = execFileSync(process.execPath, ['dist/finetune.js', 'train', '--json', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env })
    return events.trim().split('\n').map((line) => JSON.parse(line)).filter(({ type }) => type === 'evaluate').map(({ eval_accuracy }) => eval_accuracy)
  } finally {
    rmSync(output, { recursive: true })
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of a sample: over n − 1. */
function variance(values: readonly number[]): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

function spread(values: readonly number[]): string {
  return `${mean(values).toFixed(4)} ± ${Math.sqrt(variance(values)).toFixed(4)}`
}
