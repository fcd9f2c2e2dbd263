import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** How many threads may compute at once: the processors this process may use (cpuset, affinity), within the group's quota. */
export function threadBudget(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota())))
}

/** How many threads a run that leaves a core to the person computes with. */
export function trainingThreads(leaveOneCoreFree: boolean): number {
  const most = threadBudget()
  return leaveOneCoreFree && most > 2 ? most - 1 : most
}

/** CPUs' worth of time that the control group grants (cgroup v2 `cpu.max`: quota and period in µs); Infinity without one. */
function quota(): number {
  try {
    const [limit, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ')
    return limit === 'max' ? Infinity : Number(limit) / Number(period)
  } catch {
    return Infinity
  }
}
