/** What the worker needs to know of a run to read its rows. */
import { UserError } from '../protocol/errors.ts'
import type { RunRows } from '../protocol/rowRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import type { RunEntry } from './runs.ts'

/** @throws UserError where the run is gone */
export async function runRows({ folder }: RunEntry): Promise<RunRows> {
  const record = await readRunRecord(folder)
  if (!record) throw new UserError('run.gone', { folder })
  const { text_column, label_column } = record.settings
  return { folder, text_column, label_column }
}
