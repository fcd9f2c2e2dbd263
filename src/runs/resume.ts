/** Where a run starts: at step 0, at a checkpoint, or not at all. */
import { join, resolve } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import type { Settings } from '../protocol/settings.ts'
import { differenceText, settingsDifference } from '../protocol/settingsDifference.ts'
import { checkpointName, listCheckpoints, type Checkpoint } from './checkpoints.ts'
import type { Run } from './runFolder.ts'
import type { RunRecord } from './runRecord.ts'

export type Start =
  | { kind: 'fresh' }
  | { kind: 'resume', checkpoint: Checkpoint }
  | { kind: 'finished' }

/**
 * Decides from settings alone, before any data is read: an unfinished run with equal settings goes on from its last complete
 * checkpoint (from step 0 where it has none), or from that which `resume_from_checkpoint` names.
 * @throws UserError where the run has other settings, or not that checkpoint
 */
export async function chooseStart({ folder, record }: Pick<Run, 'folder' | 'record'>, settings: Settings): Promise<Start> {
  const { resume_from_checkpoint } = settings
  // One that came no further than its download has computed nothing yet.
  if (record !== undefined && record.fingerprints !== null) {
    const differences = settingsDifference(record.settings, settings)
    if (differences.length > 0) throw new UserError('run.settings-differ', { folder, difference: differenceText(differences) })
  }
  const checkpoints = record === undefined ? [] : await listCheckpoints(folder)
  if (typeof resume_from_checkpoint === 'string') {
    return { kind: 'resume', checkpoint: theOneNamed(resume_from_checkpoint, folder, checkpoints) }
  }
  if (record?.state === 'finished') return { kind: 'finished' }
  const checkpoint = checkpoints.at(-1)
  return checkpoint === undefined ? { kind: 'fresh' } : { kind: 'resume', checkpoint }
}

/** By its path, or by its name in the run folder. */
function theOneNamed(path: string, folder: string, checkpoints: Checkpoint[]): Checkpoint {
  const places = [resolve(path), resolve(folder, path)]
  const found = checkpoints.find(({ step }) => places.includes(join(folder, checkpointName(step))))
  if (found !== undefined) return found
  const known = checkpoints.map(({ step }) => checkpointName(step)).join(', ') || 'none'
  throw new UserError('run.no-checkpoint', { path, folder, known })
}

/** @throws UserError where what the run learns from is no longer what it began with */
export function requireSameSources({ folder, record }: Pick<Run, 'folder' | 'record'>, now: NonNullable<RunRecord['fingerprints']>): void {
  if (record === undefined || record.fingerprints === null) return
  if (record.fingerprints.data !== now.data) throw new UserError('run.data-changed', { folder })
  if (record.fingerprints.model !== now.model) throw new UserError('run.model-changed', { folder })
}
