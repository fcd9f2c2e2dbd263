/** The processes of one person: all that were started with its home. Read from /proc, as code-server is run on Linux only. */
import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

export interface Process {
  pid: number
  /** Its command line. */
  words: string[]
}

/** @param home the person's HOME */
export function processesOf(home: string): Process[] {
  const pids = readdirSync('/proc').map(Number).filter((pid) => pid > 0)
  return pids.filter((pid) => wordsOf(pid, 'environ').includes(`HOME=${home}`)).map((pid) => ({ pid, words: wordsOf(pid, 'cmdline') }))
}

/** The processes in which extensions run: one for each window that is open. */
export function extensionHosts(home: string): number[] {
  return processesOf(home).filter(({ words }) => words.includes('--type=extensionHost')).map(({ pid }) => pid)
}

export function isAlive(pid: number): boolean {
  // One that has ended and that nobody waited for is still listed, without words.
  return wordsOf(pid, 'cmdline').length > 0
}

/** Until there is none: a process may begin another one while its own end is on the way. */
export async function killAll(home: string): Promise<void> {
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    await setImmediate()
  }
}

function wordsOf(pid: number, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter((word) => word !== '')
  } catch {
    return []
  }
}
