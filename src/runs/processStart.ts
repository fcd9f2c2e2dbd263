import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * What tells a process from a later one with the same id: when it started, in the system's own words. Undefined where there is no
 * such process, and on Windows, which has no cheap way to ask.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  switch (process.platform) {
    case 'linux': return readFile(`/proc/${pid}/stat`, 'utf8').then(startTime, () => undefined)
    case 'darwin': return promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } })
      .then(({ stdout }) => stdout.trim(), () => undefined)
    default: return undefined
  }
}

/** Field 22 of proc_pid_stat(5); the second one, in parentheses, may itself hold spaces and parentheses. */
function startTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3]
}
