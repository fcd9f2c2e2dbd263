/** What a run learns from, on this machine: a model and data by name are downloaded first, and the download is part of the run. */
import { findSources, type Origins } from '../hub/sources.ts'
import { machineHub } from '../hub/machineHub.ts'
import type { DownloadEvent } from '../protocol/events.ts'
import type { Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import { trainCommand } from '../protocol/trainCommand.ts'
import type { Run } from '../runs/runFolder.ts'
import { registerRun } from '../runs/runIndex.ts'
import { withAbsolutePaths } from '../runs/sourceNames.ts'
import type { Untimed } from './training.ts'

export interface FetchedSources {
  model_name_or_path: string
  dataset: string[]
  origins: Origins
  notices: Notice[]
}

interface FetchParts {
  signal: AbortSignal
  token?: string
  tell(event: Untimed): void
  /** Says that the run has begun. */
  begin(): Promise<void>
}

/** So often at most does a file tell how far it is. */
const tellMilliseconds = 500

/**
 * Finds model and data, and downloads what is missing. A run that has something to download begins with that: it can be
 * followed and stopped, and goes on where it was.
 * @returns undefined where it was stopped
 * @throws UserError where a name leads nowhere (nothing is left behind then), or the download fails
 */
export async function fetchSources(run: Run, settings: Settings, { signal, token, tell, begin }: FetchParts): Promise<FetchedSources | undefined> {
  const found = await findSources(settings, () => machineHub({ signal, token }), run.record?.origins).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  if (found === undefined) return undefined
  const { missingBytes, download, ...sources } = found
  if (missingBytes === 0) return sources
  const { fingerprints = null, corrections = [], environment = null, best = null } = run.record ?? {}
  await run.begin({ settings: withAbsolutePaths(settings), origins: sources.origins, fingerprints, corrections, environment, best })
  await registerRun(run.folder)
  await begin()
  const step = best?.step ?? 0
  try {
    await download(throttled(tell))
    return sources
  } catch (error) {
    if (!signal.aborted) throw error
    await run.update({ state: 'stopped' })
    tell({ type: 'end', outcome: 'stopped', step, best_step: step === 0 ? null : step, resume_command: trainCommand(settings) })
    return undefined
  }
}

/** Tells of the first bytes of a file, of its last, and now and then between them. */
function throttled(tell: FetchParts['tell']): Parameters<Awaited<ReturnType<typeof findSources>>['download']>[0] {
  let file = ''
  let told = 0
  return (what, name, progress) => {
    const isNew = progress.file !== file
    if (!isNew && progress.fileBytes < progress.fileSize && performance.now() - told < tellMilliseconds) return
    file = progress.file
    told = performance.now()
    const { fileBytes: file_bytes, fileSize: file_size, bytes, size } = progress
    tell({ type: 'download', what, name, file, file_bytes, file_size, bytes, size } satisfies Omit<DownloadEvent, 'time'>)
  }
}
