import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CachedRepository } from '../../src/hub/cache.ts'
import { bytesFreed, removeRevisions, scanCache } from '../../src/hub/cacheView.ts'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { takeLock } from '../../src/runs/lock.ts'
import { clientOf, codeOf, contentOf, nameOf, temporaryCache } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { addCommit, storedFile } from './repositories.ts'

let hub: LocalHub
beforeAll(async () => { hub = await startHub() })
afterAll(() => hub.close())

/** A model with two commits that share their weights, and a dataset with files in folders; all downloaded. */
async function filled(): Promise<{ cache: string, commits: string[] }> {
  hub.repositories.length = 0
  const cache = temporaryCache()
  const fetchAll = async (type: 'model' | 'dataset', name: string) => {
    const repository = await openRepository(clientOf(hub, { cache }), nameOf(type, name))
    await repository.download(repository.paths)
    return repository.name.commit
  }
  const model = await hub.add('model', 'ada/model', { 'config.json': '{ }', 'model.safetensors': Buffer.alloc(1000, 1) })
  await hub.add('dataset', 'colours', { 'data/deep/train.parquet': Buffer.alloc(500, 2) })
  const first = await fetchAll('model', 'ada/model')
  addCommit(model, [await storedFile('config.json', '{   }')])
  return { cache, commits: [first, await fetchAll('model', 'ada/model'), await fetchAll('dataset', 'colours')] }
}

test('sizes count what revisions share once', async () => {
  const { cache, commits } = await filled()
  expect(await scanCache(cache)).toMatchObject([
    { type: 'model', id: 'ada/model', bytes: 1008, revisions: expect.arrayContaining([expect.objectContaining({ commit: commits[0], refs: [], bytes: 1003, files: 2 }), expect.objectContaining({ commit: commits[1], refs: ['main'], bytes: 1005 })]) as unknown[] },
    { type: 'dataset', id: 'colours', bytes: 500, revisions: [{ commit: commits[2], refs: ['main'], files: 1 }] },
  ])
  expect(await scanCache(join(cache, 'none'))).toEqual([])
})

test('a revision goes without what others have; the last one goes with everything', async () => {
  const { cache, commits } = await filled()
  const model = { type: 'model', id: 'ada/model' } as const
  expect(await bytesFreed(cache, model, [commits[0]])).toBe(3)
  expect(await bytesFreed(cache, model, commits)).toBe(1008)
  expect(await bytesFreed(cache, model, ['0'.repeat(40)])).toBe(0)
  expect(await removeRevisions(cache, model, [commits[0]])).toBe(3)
  expect(await scanCache(cache)).toMatchObject([{ id: 'ada/model', bytes: 1005, revisions: [{ commit: commits[1] }] }, { id: 'colours' }])
  expect(Object.keys(contentOf(cache)).filter((path) => path.includes(commits[0]))).toEqual([])
  expect(await removeRevisions(cache, { type: 'model', id: 'ada/model' }, [commits[1]])).toBe(1005)
  expect(readdirSync(cache).sort()).toEqual(['.locks', 'CACHEDIR.TAG', 'datasets--colours'])
  expect(readdirSync(join(cache, '.locks'))).toEqual(['datasets--colours', 'models--ada--model'])
})

test('what is being downloaded stays', async () => {
  const { cache, commits } = await filled()
  const { locks } = new CachedRepository(cache, 'dataset', 'colours')
  const lock = await takeLock(join(locks, readdirSync(locks)[0]))
  expect(await codeOf(removeRevisions(cache, { type: 'dataset', id: 'colours' }, [commits[2]]))).toBe('hub.in-use')
  await lock!.release()
  expect(await scanCache(cache)).toHaveLength(2)
})

test('a link that leads out of the cache is followed to nothing', async () => {
  const { cache, commits } = await filled()
  const precious = join(temporaryCache(), 'precious')
  writeFileSync(precious, 'precious')
  symlinkSync(precious, join(cache, 'models--ada--model/snapshots', commits[0], 'planted'))
  mkdirSync(join(cache, 'models--..--x'))
  await removeRevisions(cache, { type: 'model', id: 'ada/model' }, [commits[0]])
  await removeRevisions(cache, { type: 'model', id: 'ada/model' }, [commits[1]])
  expect(existsSync(precious)).toBe(true)
  expect((await scanCache(cache)).map(({ id }) => id)).toEqual(['colours'])
})

test('a repository that is a link to elsewhere, in whole or in part, is left alone', async () => {
  const { cache, commits } = await filled()
  const [inCache, elsewhere] = ['models--ada--model', 'datasets--colours'].map((name) => [join(cache, name), join(temporaryCache(), name)])
  cpSync(inCache[0], inCache[1], { recursive: true, verbatimSymlinks: true })
  rmSync(inCache[0], { recursive: true })
  symlinkSync(inCache[1], inCache[0])
  cpSync(join(elsewhere[0], 'snapshots'), elsewhere[1], { recursive: true, verbatimSymlinks: true })
  rmSync(join(elsewhere[0], 'snapshots'), { recursive: true })
  symlinkSync(elsewhere[1], join(elsewhere[0], 'snapshots'))
  const before = [contentOf(inCache[1]), contentOf(elsewhere[1])]
  for (const ask of [bytesFreed, removeRevisions]) {
    expect(await codeOf(ask(cache, { type: 'model', id: 'ada/model' }, commits))).toBe('hub.cache-link')
    expect(await codeOf(ask(cache, { type: 'dataset', id: 'colours' }, commits))).toBe('hub.cache-link')
    expect(await codeOf(ask(cache, { type: 'dataset', id: 'gone' }, commits))).toBe('hub.not-in-cache')
  }
  expect([contentOf(inCache[1]), contentOf(elsewhere[1])]).toEqual(before)
})
