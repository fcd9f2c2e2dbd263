/** A golden folder with something changed in it, gone after the test. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSafetensors, readTensor } from '../../src/pretrained/safetensors.ts'
import { writeSafetensors } from '../../src/pretrained/writeSafetensors.ts'

type Json = Record<string, unknown>

export interface Meta {
  runs: Record<string, { args: Json; steps: Json[]; tolerances: Json }>
  tolerances: Json
}

export interface Batch {
  input_ids: number[][]
  attention_mask: number[][]
  token_type_ids?: number[][]
  labels: number[]
}

export interface Alteration {
  /** Fields of config.json. */
  config?: Json
  /** Of every run. */
  args?: Json
  meta?: (meta: Meta) => void
  batches?: (batches: Batch[]) => void
  /** What the tensors of model.safetensors are renamed to. */
  rename?: (name: string) => string
}

/** @param name of the folder in test/golden */
export async function alteredCopy(name: string, { config, args, meta, batches, rename }: Alteration): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-golden-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(join(import.meta.dirname, name), folder, { recursive: true })
  alterJson<Json>(join(folder, 'config.json'), (file) => Object.assign(file, config))
  alterJson<Meta>(join(folder, 'meta.json'), (file) => {
    for (const run of Object.values(file.runs)) Object.assign(run.args, args)
    meta?.(file)
  })
  alterJson<{ batches: Batch[] }>(join(folder, 'batches.json'), (file) => batches?.(file.batches))
  if (rename) await renameTensors(join(folder, 'model.safetensors'), rename)
  return folder
}

function alterJson<File>(path: string, alter: (file: File) => void): void {
  const file = JSON.parse(readFileSync(path, 'utf8')) as File
  alter(file)
  writeFileSync(path, JSON.stringify(file))
}

async function renameTensors(path: string, rename: (name: string) => string): Promise<void> {
  const file = await openSafetensors(path)
  const tensors = [...file.tensors.values()].map(async ({ name, shape }) => {
    const values = await readTensor(file, name)
    return { name: rename(name), shape, dtype: 'F32' as const, data: () => values }
  })
  await writeSafetensors(path, await Promise.all(tensors))
}
