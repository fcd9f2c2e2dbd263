import { expect } from 'vitest'
import { isLive } from '../../src/runs/runFolder.ts'
import type { StartedTrainer } from '../../src/runs/startTrainer.ts'
import { eventually } from '../eventually.ts'
import { isAlive } from '../e2e/processes.ts'

/** Until the process of a run has ended. It lets go of the run's lock a little earlier than of its last file. */
export async function untilEnded({ folder, pid }: StartedTrainer): Promise<void> {
  await eventually(async () => expect(await isLive(folder) || isAlive(pid)).toBe(false))
}
