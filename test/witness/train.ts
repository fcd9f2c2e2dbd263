/** Trains, once for all witnesses, the runs that they read: the embedded default; where the large references are at hand, a tiny model of each family and problem type. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { TestProject } from 'vitest/node'
import { families } from '../models/tinyModels.ts'
import { shared } from '../shared.ts'
import { finetune, type TrainedRun } from './witness.ts'

declare module 'vitest' {
  interface ProvidedContext {
    runs: TrainedRun[]
  }
}

const sample = 'embedded/news-sample'

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-witness-'))
  process.env.XDG_DATA_HOME = folder // these runs do not queue behind the user's own, nor are they listed with them
  const runs: TrainedRun[] = [{ model: 'news-mini', folder: join(folder, 'news-mini') }]
  finetune(['train', '--output_dir', runs[0].folder])
  if (shared) {
    const [severalLabels, numbers] = [otherLabels(join(folder, 'labels'), namesOf), otherLabels(join(folder, 'numbers'), lengthOf)]
    runs.push(
      trained(folder, 'bert', sample),
      ...families.filter((family) => family !== 'bert').map((family) => trained(folder, family, sample, ['--num_train_epochs', '1', '--max_train_samples', '64'])),
      ...['roberta', 'modernbert'].map((family) => trained(folder, family, severalLabels, ['--num_train_epochs', '2'])),
      ...['deberta-v2', 'distilbert'].map((family) => trained(folder, family, numbers, ['--num_train_epochs', '2'])),
    )
  }
  project.provide('runs', runs)
  return () => rmSync(folder, { recursive: true })
}

function trained(folder: string, family: string, dataset: string, args: readonly string[] = []): TrainedRun {
  const model = dataset === sample ? family : `${family} of ${dataset.slice(folder.length + 1)}`
  const run = { model, folder: join(folder, model.replaceAll(' ', '-')) }
  finetune(['train', '--output_dir', run.folder, '--model_name_or_path', join(shared!, 'golden', family), '--dataset', dataset, '--learning_rate', '1e-3', ...args])
  return run
}

interface Row { text: string; label: string }

const namesOf = ({ text, label }: Row) => [label, ...text.length > 150 ? ['long'] : []].filter((name) => name !== 'World')
const lengthOf = ({ text }: Row) => text.length / 100 + 0.001

/** The News sample with other labels. */
function otherLabels(folder: string, label: (row: Row) => unknown): string {
  mkdirSync(folder)
  for (const split of ['train', 'test']) {
    const rows = parse(readFileSync(join(sample, `${split}.csv`)), { columns: true }) as Row[]
    writeFileSync(join(folder, `${split}.jsonl`), rows.map((row) => `${JSON.stringify({ text: row.text, label: label(row) })}\n`).join(''))
  }
  return folder
}
