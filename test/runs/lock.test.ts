import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { isLocked, takeLock } from '../../src/runs/lock.ts'
import { bundleChild, startChild } from './child.ts'

let holdLock: string
let folder: string
let path: string
beforeAll(async () => { holdLock = await bundleChild('holdLock') })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finetune-lock-'))
  path = join(folder, '.lock')
  return () => rm(folder, { recursive: true })
})

test('one holder at a time, also within a process', async () => {
  const lock = await takeLock(path)
  expect(lock).toBeDefined()
  expect(await takeLock(path)).toBeUndefined()
  expect(await isLocked(path)).toBe(true)
  await lock!.release()
  expect(await isLocked(path)).toBe(false)
})

test('asking makes no file', async () => {
  expect(await isLocked(path)).toBe(false)
  expect(existsSync(path)).toBe(false)
})

test('another process holds it until it is killed with kill -9', async () => {
  const child = startChild(holdLock, path)
  expect(await child.line()).toBe('held')
  expect(await isLocked(path)).toBe(true)
  expect(await takeLock(path)).toBeUndefined()
  child.process.kill('SIGKILL')
  expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
  expect(await isLocked(path)).toBe(false)
  const lock = await takeLock(path)
  expect(lock).toBeDefined()
  await lock!.release()
})

test('another process is refused while this one holds it', async () => {
  const lock = await takeLock(path)
  const child = startChild(holdLock, path)
  expect(await child.line()).toBe('refused')
  child.process.stdin.end()
  await child.ended
  await lock!.release()
})

test('a process that the holder started does not keep the lock', async () => {
  const child = startChild(holdLock, path, 'child')
  expect(await child.line()).toBe('held')
  const grandchild = Number(await child.line())
  child.process.kill('SIGKILL')
  await child.ended
  try {
    expect(process.kill(grandchild, 0)).toBe(true)
    expect(await isLocked(path)).toBe(false)
  } finally {
    process.kill(grandchild, 'SIGKILL')
  }
})

test('a lock on a file that was removed meanwhile is not held', async () => {
  const first = await takeLock(path)
  await rm(path)
  await writeFile(path, '')
  const second = await takeLock(path)
  expect(second).toBeDefined()
  expect(await isLocked(path)).toBe(true)
  await first!.release()
  expect(await isLocked(path)).toBe(true)
  await second!.release()
})

test('a missing folder is the system\'s error', async () => {
  await mkdir(join(folder, 'there'))
  await expect(takeLock(join(folder, 'not-there', '.lock'))).rejects.toThrow('ENOENT')
})
