/** Trains, once for all witnesses, the runs that they read: the embedded default, and a tiny BERT where the large references are at hand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { shared } from '../shared.ts'
import { finetune, type TrainedRun } from './witness.ts'

declare module 'vitest' {
  interface ProvidedContext {
    runs: TrainedRun[]
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-witness-'))
  process.env.XDG_DATA_HOME = folder // these runs do not queue behind the user's own, nor are they listed with them
  const runs: TrainedRun[] = [{ model: 'news-mini', folder: join(folder, 'news-mini') }]
  finetune(['train', '--output_dir', runs[0].folder])
  if (shared) {
    runs.push({ model: 'bert', folder: join(folder, 'bert') })
    finetune([
      'train', '--output_dir', runs[1].folder, '--model_name_or_path', join(shared, 'golden/bert'), '--dataset', 'embedded/news-sample',
      '--learning_rate', '1e-3',
    ])
  }
  project.provide('runs', runs)
  return () => rmSync(folder, { recursive: true })
}
