/** What a finished run says of itself in its folder. */
import { join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import type { EvaluateEvent, Preflight, RunEvent } from '../protocol/events.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { reduceRun } from '../protocol/runView.ts'
import { readEvents } from '../runs/eventLog.ts'
import { eventsFile } from '../runs/runFolder.ts'
import { problemTypeIn } from '../runs/problemType.ts'
import { readRunRecord, type RunRecord } from '../runs/runRecord.ts'
import { dataSource, modelSource, type Source } from './sources.ts'

export interface RunFacts {
  folder: string
  record: RunRecord
  preflight: Preflight
  evaluations: EvaluateEvent[]
  /** That of the model in the folder; undefined where none was measured. */
  evaluation?: EvaluateEvent
  /** As config.json says, which tells transformers too. */
  problemType: ProblemType
  /** Share of the training texts that were cut. */
  truncatedShare: number
  /** Time in training, without what lies between its processes. */
  seconds: number
  base: Source
  data: Source
}

/** @throws UserError for a folder without a finished run */
export async function readRunFacts(folder: string): Promise<RunFacts> {
  const record = await readRunRecord(folder)
  const { events } = await readEvents(join(folder, eventsFile)).catch(() => ({ events: [] }))
  const { preflight, evaluations, best } = reduceRun(events)
  if (record?.state !== 'finished' || preflight === undefined) throw new UserError('publish.unfinished', { folder })
  const cut = events.findLast((event) => event.type === 'notice' && event.code === 'data.truncated')
  return {
    folder, record, preflight, evaluations,
    evaluation: record.settings.load_best_model_at_end ? best ?? evaluations.at(-1) : evaluations.at(-1),
    problemType: await problemTypeIn(folder),
    truncatedShare: cut?.type === 'notice' ? Number(cut.args.count) / Number(cut.args.rows) : preflight.truncated_share,
    seconds: trainingSeconds(events),
    base: await modelSource(record.settings.model_name_or_path, record.origins.model),
    data: await dataSource(record.settings.dataset, record.origins.dataset),
  }
}

/** From each process's beginning to its last event. */
function trainingSeconds(events: readonly RunEvent[]): number {
  let milliseconds = 0
  let last: number | undefined
  for (const { type, time } of events) {
    const now = Date.parse(time)
    if (last !== undefined && type !== 'preflight' && type !== 'download') milliseconds += now - last
    last = now
  }
  return milliseconds / 1000
}
