import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** The computer stays usable: this process computes when nothing more urgent does. Call it before threads are started by libraries. */
export function lowerPriority(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  if (process.platform !== 'linux') return
  // On Linux each thread has its own (setpriority(2)); those to come take that of the thread that makes them.
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL)
}
