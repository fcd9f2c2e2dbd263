/** What the worker needs to know of a run to read its rows. */
import * as vscode from 'vscode'
import { hubEnvironment } from '../hub/environment.ts'
import { UserError } from '../protocol/errors.ts'
import type { RunRows } from '../protocol/rowRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { hubDataset } from '../runs/sourceNames.ts'
import type { RunEntry } from './runs.ts'

/** @throws UserError where the run is gone */
export async function runRows({ folder }: RunEntry): Promise<RunRows> {
  const record = await readRunRecord(folder)
  if (!record) throw new UserError('run.gone', { folder })
  const { text_column, label_column, dataset, validation_file } = record.settings
  const data = hubDataset(record.settings) === undefined ? dataset : [hubEnvironment().cache]
  const places = [...data, ...validation_file === null ? [] : [validation_file]]
  // A run folder may have come with a workspace, and name any file.
  return { folder, text_column, label_column, places: vscode.workspace.isTrusted ? places : [] }
}
