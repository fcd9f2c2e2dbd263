/** `finetune runs`: the runs of this user, and those in given folders. */
import { readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { listRuns, registerRun, type RunSummary } from '../runs/runIndex.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { nearPath } from './preflightText.ts'
import type { Output } from './runPrinter.ts'
import { table } from './table.ts'

export interface RunsOptions {
  /** Run folders, or folders of run folders; none for all runs that are known. */
  folders: string[]
  json: boolean
  output: Output
  /** The folder of the index of runs, for tests. */
  index?: string
}

export async function runs({ folders, json, output, index }: RunsOptions): Promise<void> {
  for (const folder of folders) await registerRunsIn(folder, index)
  const places = await Promise.all(folders.map((folder) => realpath(folder)))
  const found = (await listRuns(index)).filter(({ folder }) => places.length === 0 || places.some((place) => `${folder}${sep}`.startsWith(`${place}${sep}`)))
  const lines = json ? found.map((run) => JSON.stringify(run)) : runLines(found)
  output.write(lines.map((line) => `${line}\n`).join(''))
}

/** A line for each run, the newest first. */
export function runLines(found: readonly RunSummary[]): string[] {
  if (found.length === 0) return ['No runs found: finetune train makes one.']
  return table([
    ['Folder', 'State', 'Accuracy', 'Begun', 'Model'],
    ...found.map(({ folder, state, accuracy, created, model_name_or_path }) => [
      nearPath(folder), state, accuracy === null ? '' : accuracy.toFixed(4), `${created.slice(0, 16).replace('T', ' ')} UTC`, nearPath(model_name_or_path),
    ]),
  ])
}

/** Makes the folder's runs known: a run of another user or machine is in no index until it was looked for. */
async function registerRunsIn(folder: string, index?: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new UserError('run.no-such-folder', { folder })
  })
  const inside = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
  for (const candidate of [folder, ...inside]) {
    const record = await readRunRecord(candidate).catch(() => undefined)
    if (record) await registerRun(candidate, index)
  }
}
