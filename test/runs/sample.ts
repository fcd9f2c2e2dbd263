/** A run to write and read in tests. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { RunDetails } from '../../src/runs/runFolder.ts'

/** An empty folder and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string, remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'finetune-run-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export const details = {
  settings: checkSettings({ model_name_or_path: '/models/small', dataset: '/data/news', output_dir: '/runs/news' }),
  origins: { model: null, dataset: null },
  fingerprints: { data: 'd', model: 'm' },
  corrections: [],
  environment: { device: 'cpu', threads: 2, cpu: 'A processor', platform: 'linux x64', versions: { finetune: '0.1.0', onnxruntime: '1.30.0', node: '20.20.2' } },
  best: null,
} satisfies RunDetails

/** What a checkpoint of a certain version has: two files that only belong together. */
export async function writeVersion(folder: string, version: string): Promise<void> {
  await writeFile(join(folder, 'model.safetensors'), `weights of ${version}`)
  await writeFile(join(folder, 'trainer_state.json'), `state of ${version}`)
}

/** The version of a checkpoint, its two files being of the same. */
export async function readVersion(folder: string): Promise<string> {
  const [weights, state] = await Promise.all(['model.safetensors', 'trainer_state.json'].map((name) => readFile(join(folder, name), 'utf8')))
  const version = weights!.replace('weights of ', '')
  if (state !== `state of ${version}`) throw new Error(`${weights} beside ${state}`)
  return version
}
