/** Runs that lie in a person's folders, whoever made them: brought from another machine, say. What is in them may come from anyone. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRunRecord, runRecordFile } from './runRecord.ts'
import { summaryOf } from './runIndex.ts'
import type { RunSummary } from './runIndex.ts'

/** A record is a few kB long. */
const longestRecord = 1 << 20

/**
 * Runs at the top of these places, where the editor begins runs; a place may be one itself.
 * @param known folders of runs that are known already
 * @param isRunning whether a living process writes the run in a folder
 */
export async function findRuns(places: readonly string[], known: ReadonlySet<string>, isRunning: (folder: string) => Promise<boolean>): Promise<RunSummary[]> {
  const found = await Promise.all(places.map(async (place) => {
    const names = await readdir(place).catch(() => [])
    return [place, ...names.map((name) => join(place, name))]
  }))
  const folders = await Promise.all(found.flat().map(async (folder) => await hasRecord(folder) ? realpath(folder) : undefined))
  const unknown = [...new Set(folders)].filter((folder) => folder !== undefined && !known.has(folder)) as string[]
  const runs = await Promise.all(unknown.map(async (folder) => {
    const record = await readRunRecord(folder).catch(() => undefined)
    return record && summaryOf(folder, record, isRunning)
  }))
  return runs.filter((run) => run !== undefined)
}

/** A regular file: a pipe in its place would be read for ever. */
async function hasRecord(folder: string): Promise<boolean> {
  const found = await stat(join(folder, runRecordFile)).catch(() => undefined)
  return found !== undefined && found.isFile() && found.size <= longestRecord
}
