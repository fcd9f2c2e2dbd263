/**
 * A lock between the hosts of several windows, which load no native code and so cannot ask the system for one. It is for short work: who holds
 * it for longer than `longest` is taken to have died.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const pollMilliseconds = 50

/** Does the work while no other process does work under this lock. @param longest milliseconds; the work must end itself before */
export async function whileLocked<Result>(path: string, longest: number, work: () => Promise<Result>): Promise<Result> {
  const ours = randomUUID()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  while (!await take(path, ours)) {
    await removeStale(path, longest)
    await setTimeout(pollMilliseconds)
  }
  try {
    return await work()
  } finally {
    if (await readFile(path, 'utf8').catch(() => undefined) === ours) await rm(path, { force: true })
  }
}

async function take(path: string, ours: string): Promise<boolean> {
  return writeFile(path, ours, { flag: 'wx', mode: 0o600 }).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' || error.code === 'EPERM') return false // EPERM: Windows, while another one removes it
    throw error
  })
}

/** Moves a lock away whose holder died. If it was another one's by then, that one gets it back. */
async function removeStale(path: string, longest: number): Promise<void> {
  const found = await Promise.all([stat(path), readFile(path, 'utf8')]).catch(() => undefined)
  if (found === undefined || Date.now() - found[0].mtimeMs < longest) return
  const aside = `${path}.${randomUUID()}`
  if (!await rename(path, aside).then(() => true, () => false)) return
  if (await readFile(aside, 'utf8') !== found[1]) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}
