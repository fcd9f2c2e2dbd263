/** kill -9 before every single call to the file system: what is found afterwards is whole, and the work can be done again. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { listCheckpoints, removeCheckpointsAfter, rotateCheckpoints, writeCheckpoint } from '../../src/runs/checkpoints.ts'
import { publishBest } from '../../src/runs/publishBest.ts'
import { isLive, openRun } from '../../src/runs/runFolder.ts'
import { bundleChild, startChild } from './child.ts'
import { details, readVersion, temporaryFolder, writeVersion } from './sample.ts'

let crashAt: string
let outer: string
beforeAll(async () => { crashAt = await bundleChild('crashAt') })
beforeEach(async () => {
  const { folder, remove } = await temporaryFolder()
  outer = folder
  return remove
})

/** A run folder with checkpoints of these steps, `old` all of them. */
async function runWith(name: string, steps: number[]): Promise<string> {
  const run = await openRun(join(outer, name))
  await run.begin(details)
  await run.update({ state: 'running' })
  for (const step of steps) await writeCheckpoint(run.folder, { step, bytes: 100, write: (folder) => writeVersion(folder, 'old') })
  await run.close()
  return run.folder
}

/** Crashes a scene at its first, second, … call, each time in a folder of its own, until it comes to its end. Returns the number of crashes. */
async function crashEverywhere(scene: string, prepare: (name: string) => Promise<string>, check: (folder: string) => Promise<void>): Promise<number> {
  for (let call = 1; ; call++) {
    const folder = await prepare(`crash-${call}`)
    const child = startChild(crashAt, scene, folder, String(call))
    const said = await child.line()
    expect(await child.ended).toMatchObject(said === 'done' ? { code: 0 } : { signal: 'SIGKILL' })
    await check(folder)
    if (said === 'done') return call - 1
  }
}

async function reopen(folder: string): Promise<void> {
  const run = await openRun(folder)
  await run.close()
  expect((await readdir(folder)).filter((name) => name.startsWith('.tmp-'))).toEqual([])
}

async function stepsAndVersions(folder: string): Promise<[number, string][]> {
  return Promise.all((await listCheckpoints(folder)).map(async (checkpoint) => [checkpoint.step, await readVersion(checkpoint.folder)] as [number, string]))
}

test('writing a checkpoint: the earlier ones stay, the new one is whole or not there', async () => {
  const found = new Set<string>()
  const crashes = await crashEverywhere('write', (name) => runWith(name, [9]), async (folder) => {
    const beforeCleaning = await stepsAndVersions(folder)
    expect(beforeCleaning[0]).toEqual([9, 'old'])
    await reopen(folder)
    const after = await stepsAndVersions(folder)
    expect([[[9, 'old']], [[9, 'old'], [10, 'new']]]).toContainEqual(after)
    found.add(JSON.stringify(after))
    await writeCheckpoint(folder, { step: 10, bytes: 100, write: (temporary) => writeVersion(temporary, 'again') })
    expect(await stepsAndVersions(folder)).toEqual([[9, 'old'], [10, 'again']])
  })
  expect(crashes).toBeGreaterThan(10)
  expect(found.size).toBe(2)
})

test('writing over a checkpoint: there is always the old or the new one', async () => {
  const found = new Set<string>()
  await crashEverywhere('write', (name) => runWith(name, [10]), async (folder) => {
    await reopen(folder)
    const after = await stepsAndVersions(folder)
    expect([[[10, 'old']], [[10, 'new']]]).toContainEqual(after)
    found.add(JSON.stringify(after))
  })
  expect(found.size).toBe(2)
})

test('rotating: the last and the best stay, what is listed is whole', async () => {
  const crashes = await crashEverywhere('rotate', (name) => runWith(name, [8, 9, 10, 100]), async (folder) => {
    await reopen(folder)
    const steps = (await stepsAndVersions(folder)).map(([step]) => step)
    expect(steps).toEqual(expect.arrayContaining([9, 100]))
    await rotateCheckpoints(folder, 1, 9)
    expect((await stepsAndVersions(folder)).map(([step]) => step)).toEqual([9, 100])
  })
  expect(crashes).toBeGreaterThanOrEqual(4)
})

test('discarding later checkpoints: those before stay', async () => {
  await crashEverywhere('discard', (name) => runWith(name, [8, 9, 10]), async (folder) => {
    await reopen(folder)
    expect((await stepsAndVersions(folder))[0]).toEqual([8, 'old'])
    await removeCheckpointsAfter(folder, 8)
    expect(await stepsAndVersions(folder)).toEqual([[8, 'old']])
  })
})

test('publishing: every file is whole at any moment, and publishing again makes them all new', async () => {
  const found = new Set<string>()
  const crashes = await crashEverywhere('publish', async (name) => {
    const folder = await runWith(name, [])
    await writeCheckpoint(folder, { step: 10, bytes: 100, write: async (temporary) => {
      await writeVersion(temporary, 'new')
      await writeFile(join(temporary, 'config.json'), 'config of new')
    } })
    await writeFile(join(folder, 'model.safetensors'), 'weights of former')
    await writeFile(join(folder, 'config.json'), 'config of former')
    return folder
  }, async (folder) => {
    const config = await readFile(join(folder, 'config.json'), 'utf8')
    const weights = await readFile(join(folder, 'model.safetensors'), 'utf8')
    expect(['config of former', 'config of new']).toContain(config)
    // The weights come last: new ones never stand beside a former config.
    expect(['weights of former', ...config === 'config of new' ? ['weights of new'] : []]).toContain(weights)
    found.add(`${config}, ${weights}`)
    await reopen(folder)
    await publishBest(folder, { best: { step: 10, folder: join(folder, 'checkpoint-10') }, bytes: 100 })
    expect(await readFile(join(folder, 'model.safetensors'), 'utf8')).toBe('weights of new')
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('config of new')
  })
  expect(crashes).toBeGreaterThan(8)
  expect(found.size).toBe(3)
})

test('beginning: a start that was killed is no run, and the next one begins as if in a new folder', async () => {
  const found = new Set<string>()
  await crashEverywhere('begin', async (name) => join(outer, name), async (folder) => {
    expect(await isLive(folder)).toBe(false)
    const run = await openRun(folder)
    found.add(String(run.record?.state))
    await run.begin(details)
    await run.update({ state: 'running' })
    await run.close()
    const again = await openRun(folder)
    expect(again.record).toMatchObject({ state: 'running', fingerprints: details.fingerprints })
    await again.close()
  })
  expect(found).toEqual(new Set(['undefined', 'running']))
})
