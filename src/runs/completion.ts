/**
 * `complete.json`, the last file written into a checkpoint: names and sizes of all others. A folder without it, or not matching it,
 * is no checkpoint. Everything is on the disk before the record is, so sizes are enough to see that nothing is missing.
 */
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { filesUnder, replaceFile, syncFile, syncFolder } from './durable.ts'
import { readJsonFile } from './jsonFile.ts'

export const completionRecord = 'complete.json'

const recordSchema = z.object({
  step: z.int().min(0),
  /** Bytes of each file by its path in the checkpoint. */
  files: z.record(z.string(), z.int().min(0)),
})

/** Brings the files of a checkpoint to the disk, then writes their record. */
export async function complete(folder: string, step: number): Promise<void> {
  const names = await filesUnder(folder)
  for (const name of names) await syncFile(join(folder, name))
  for (const inner of new Set(names.map((name) => dirname(name)))) await syncFolder(join(folder, inner))
  const record: z.infer<typeof recordSchema> = { step, files: await sizes(folder, names) }
  await replaceFile(join(folder, completionRecord), JSON.stringify(record, null, 2) + '\n')
}

/** Whether a folder is a whole checkpoint of that step. */
export async function isComplete(folder: string, step: number): Promise<boolean> {
  try {
    const record = await readJsonFile(join(folder, completionRecord), recordSchema)
    // Names come from the folder, not from the record: what a file says is no path here.
    const found = await sizes(folder, await filesUnder(folder))
    return record.step === step && Object.entries(record.files).every(([name, size]) => found[name] === size)
  } catch {
    return false
  }
}

async function sizes(folder: string, names: string[]): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const)))
}
