/** Downloads over a network that fails at random points: they end in a verified cache or a clear error, never in a bad file under a good name. */
import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { UserError } from '../../src/protocol/errors.ts'
import { clientOf, nameOf, temporaryCache } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import type { Fault } from './route.ts'

const files: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type":"bert"}'), 'data/train.parquet': randomBytes(180_000, 1), 'model.safetensors': randomBytes(300_000, 2), 'vocab.txt': randomBytes(40_000, 3),
}
let hub: LocalHub

beforeAll(async () => {
  hub = await startHub()
  await hub.add('model', 'ada/model', files)
})

afterAll(() => hub.close())

/** A generator of numbers from 0 to below 1: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomBytes(length: number, seed: number): Buffer {
  const random = randomOf(seed)
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}

function randomFault(random: () => number): Fault | undefined {
  const place = Math.floor(random() * 300_000)
  const faults: (Fault | undefined)[] = [
    { cutAfter: 0 }, { cutAfter: place, pieces: 4096 }, { cutAfter: Math.floor(place / 100) }, { corruptAt: place % 40_000 }, { status: 500 }, { status: 503 },
    { status: 429, headers: { 'retry-after': '1' } }, { status: 502, headers: { 'retry-after': '3' } }, { pieces: 10_000 + place % 50_000, pause: () => setTimeout(1 + place % 5) }, { status: 404 }, { status: 403 },
  ]
  return random() < 0.35 ? faults[Math.floor(random() * faults.length)] : undefined
}

/** Every blob's content is what its name says. */
function expectVerified(cache: string): void {
  const blobs = join(cache, 'models--ada--model/blobs')
  for (const name of existsSync(blobs) ? readdirSync(blobs).filter((each) => !each.endsWith('.incomplete')) : []) {
    const content = readFileSync(join(blobs, name))
    const hash = name.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${content.length}\0`)
    expect(hash.update(content).digest('hex')).toBe(name)
  }
}

async function download(cache: string): Promise<string> {
  const repository = await openRepository(clientOf(hub, { cache }), nameOf('model', 'ada/model'))
  await repository.download(repository.paths)
  return repository.folder
}

test('a hundred downloads over a bad network', async () => {
  const outcomes = { whole: 0, refused: 0 }
  for (let seed = 0; seed < 100; seed++) {
    const random = randomOf(seed)
    hub.fault = () => randomFault(random)
    const cache = temporaryCache()
    try {
      const folder = await download(cache)
      for (const [path, content] of Object.entries(files)) expect(readFileSync(join(folder, path)).equals(content)).toBe(true)
      outcomes.whole++
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(UserError)
      outcomes.refused++
    }
    expectVerified(cache)
    hub.fault = () => undefined
    const folder = await download(cache)
    for (const [path, content] of Object.entries(files)) expect(readFileSync(join(folder, path)).equals(content)).toBe(true)
    expectVerified(cache)
    expect(readdirSync(join(cache, 'models--ada--model/blobs')).filter((name) => name.endsWith('.incomplete'))).toEqual([])
  }
  expect(outcomes.whole).toBeGreaterThan(10)
  expect(outcomes.refused).toBeGreaterThan(10)
})

const program = 'node_modules/.test-children/faults.mjs' // within the project, so that packages are found from there
beforeAll(() => build({ entryPoints: ['test/hub/children/download.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external' }))

test('a body that falls silent is given up, and goes on where it was', async () => {
  const cache = temporaryCache()
  hub.seen.length = 0
  let end = () => {}
  const forever = new Promise<void>((resolve) => { end = resolve })
  hub.fault = ({ path, range }) => path.includes('/repos/') && range === undefined ? { pieces: 50_000, pause: (sent) => sent < 100_000 ? undefined : forever } : undefined
  const child = fork(program, [hub.endpoint, cache, 'ada/model', '300'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    expect((await once(child, 'exit'))[0]).toBe(0)
  } finally {
    child.kill()
    end()
    hub.fault = () => undefined
  }
  expect(hub.seen.filter(({ path }) => path.includes('/repos/')).map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', undefined, 'bytes=100000-'])
  expectVerified(cache)
})

test('two processes share one download', async () => {
  const cache = temporaryCache()
  const children: ChildProcess[] = []
  let held = () => {}
  const bothAreThere = new Promise<void>((resolve) => { held = resolve })
  hub.seen.length = 0
  hub.fault = ({ path }) => path.includes('/repos/') ? { pieces: 50_000, pause: () => bothAreThere } : undefined
  try {
    for (let index = 0; index < 2; index++) children.push(fork(program, [hub.endpoint, cache, 'ada/model', '60000'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    await Promise.all(children.map((child) => once(child, 'message'))) // each says when it begins to download
    held()
    expect(await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))).toEqual([0, 0])
  } finally {
    for (const child of children) child.kill()
  }
  const bytes = hub.seen.filter(({ path }) => /\/repos\/|\/resolve\/.*(config|vocab)/.test(path)).map(({ path }) => path.replace(/\?.*/, ''))
  expect(bytes.toSorted()).toEqual([...new Set(bytes)].toSorted())
  expect(bytes).toHaveLength(4)
  expectVerified(cache)
})
