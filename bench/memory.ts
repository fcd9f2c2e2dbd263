/** Memory of a process and all that it starts, as Linux counts it in /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Watches until `stop`, which returns in bytes the sum over all processes seen of each one's peak (VmHWM: resident, shared libraries included). */
export function watchMemory(root: number): { stop(): number } {
  const peaks = new Map<number, number>()
  const timer = setInterval(() => {
    for (const pid of descendants(root)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, field(pid, 'VmHWM') ?? 0))
  }, 100)
  return {
    stop() {
      clearInterval(timer)
      return [...peaks.values()].reduce((sum, kibibytes) => sum + kibibytes * 1024, 0)
    },
  }
}

/** A process and all below it. */
function descendants(root: number): number[] {
  const children = new Map<number | undefined, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = field(Number(name), 'PPid')
    children.set(parent, [...children.get(parent) ?? [], Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...children.get(pid) ?? [])
  return found
}

/** A number of /proc/PID/status; undefined once the process has gone. */
function field(pid: number, name: string): number | undefined {
  try {
    const match = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match ? Number(match[1]) : undefined
  } catch {
    return undefined
  }
}
