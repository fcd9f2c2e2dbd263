/** Names and hashes that a Hub may answer with and no honest one would: nothing is written outside the cache, and what is refused is said. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { downloadModel } from '../../src/hub/modelSnapshot.ts'
import { parseHubName } from '../../src/protocol/hubName.ts'
import { clientOf, codeOf, contentOf, nameOf } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { storedFile, type StoredFile } from './repositories.ts'

const hostilePaths = [
  // out of the folder
  '..', '../x', '../../x', '../../../../../../../../tmp/x', 'a/../../x', 'a/../../../../blobs/x', './x', 'a/./x', 'a//x', '/x', '/etc/x', '//server/share/x', 'x/', '', '.',
  '..\\x', '..\\..\\x', 'a\\..\\..\\x', '\\x', '\\\\server\\share\\x', '\\\\?\\C:\\x', '\\\\.\\pipe\\x', 'a\\b',
  // drives, streams, wildcards
  'C:\\x', 'C:/x', 'C:x', 'c:', 'file:///etc/x', 'model.safetensors:hidden', 'model.safetensors::$DATA', 'a*', 'a?', 'a"b', 'a<b', 'a>b', 'a|b',
  // bytes that mean something
  'x\0', 'x\0.safetensors', '\0', 'a\nb', 'a\rb', 'a\tb', '\u001b[2Jx', 'x\u007f', '\u0085', '\u202ecod.exe', 'a\u200bb', '\ufeffx', '\ud800',
  // names that Windows keeps or cuts
  'CON', 'con.txt', 'NUL', 'nul.safetensors', 'aux/x', 'x/prn', 'COM1', 'lpt9.json', 'COM¹', 'CLOCK$', 'CONIN$', 'x.', 'x ', ' x', 'a./x', 'a /x', '...',
  // too long
  'x'.repeat(256), 'ä'.repeat(200), `${'a/'.repeat(600)}x`,
]

const clashes: [string, string][] = [
  ['Config.json', 'config.json'], ['a/x', 'A/y'], ['a', 'a/x'], ['A', 'a/x'], ['ﬁle', 'file'], ['é.txt', 'e\u0301.txt'], ['STRASSE/x', 'strasse'],
]

let hub: LocalHub
let outer: string
let count = 0
let weights: StoredFile[]

beforeAll(async () => {
  hub = await startHub()
  weights = [await storedFile('config.json', '{}'), await storedFile('model.safetensors', 'weights')]
})

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'finetune-hostile-'))
  mkdirSync(join(outer, 'cache'))
  hub.fault = () => undefined
})

afterAll(() => hub.close())

/** Every file of the repository into the cache; the code of what stops it. */
async function fetchAll(files: StoredFile[]): Promise<string> {
  const name = `ada/hostile${count++}`
  hub.addStored('model', name, files)
  const client = clientOf(hub, { cache: join(outer, 'cache') })
  const code = await codeOf(openRepository(client, nameOf('model', name)).then((repository) => repository.download(repository.paths)))
  expect(Object.keys(contentOf(outer)).filter((path) => !path.startsWith('cache/'))).toEqual([])
  expect(Object.keys(contentOf(outer)).filter((path) => path.includes('/blobs/'))).toEqual([])
  return code
}

test('there are more than sixty of them', () => {
  expect(new Set(hostilePaths).size).toBeGreaterThan(60)
})

test.each(hostilePaths)('a file called %j is refused', async (path) => {
  expect(await fetchAll([...weights, { ...await storedFile('x', 'hostile'), path }])).toBe('hub.unsafe-name')
})

test.each(clashes)('%j and %j are refused together', async (one, other) => {
  expect(await fetchAll([await storedFile(one, '1'), await storedFile(other, '2')])).toBe('hub.unsafe-name')
})

test.each([
  ['../../../x'], ['x'.repeat(40)], ['A'.repeat(40)], ['a'.repeat(39)], [''], [`${'a'.repeat(40)}\n`], ['a'.repeat(40) + '/../x'],
])('a hash such as %j is refused', async (oid) => {
  expect(await fetchAll([{ ...await storedFile('x.txt', 'hostile'), oid }])).toBe('hub.strange-answer')
  const large = await storedFile('x.safetensors', 'hostile')
  expect(await fetchAll([{ ...large, lfs: { ...large.lfs!, oid: oid.padEnd(64, '/') } }])).toBe('hub.strange-answer')
})

test.each([-1, 0.5, NaN, 1e300])('a size of %j is refused', async (size) => {
  expect(await fetchAll([{ ...await storedFile('x.txt', 'hostile'), size }])).toBe('hub.strange-answer')
})

test.each(['../../x', 'main', '', 'a'.repeat(41), '..', 'A'.repeat(40)])('a commit such as %j is refused', async (oid) => {
  const name = `ada/commit${count++}`
  const repository = hub.addStored('model', name, weights)
  repository.refs.set('main', { ...repository.refs.get('main')!, oid })
  expect(await codeOf(openRepository(clientOf(hub, { cache: join(outer, 'cache') }), nameOf('model', name)))).toBe('hub.strange-answer')
  expect(contentOf(outer)).toEqual({})
})

test.each(['../evil.safetensors', '/etc/passwd', 'sub/model.safetensors', 'CON.safetensors', 'C:\\x.safetensors', 'x.safetensors\0', 'pytorch_model.bin', 'model.safetensors ', ''])('a shard called %j is refused', async (shard) => {
  const name = `ada/shards${count++}`
  const index = JSON.stringify({ weight_map: { a: shard } })
  hub.addStored('model', name, [weights[0], await storedFile('model.safetensors.index.json', index)])
  const client = clientOf(hub, { cache: join(outer, 'cache') })
  expect(await codeOf(openRepository(client, nameOf('model', name)).then((repository) => downloadModel(repository)))).toBe('model.shard-name')
  expect(Object.keys(contentOf(outer)).filter((path) => !path.startsWith('cache/'))).toEqual([])
})

test.each([
  '..', '../x', 'a/../b', 'a/b/c', '/a/b', 'a\\b', 'C:\\a', 'a/b\0', '-a/b', 'a/.b', 'a--b/c', 'a..b/c', 'a/b.git', 'a/b ', 'ä/b', `a/${'b'.repeat(96)}`, '',
])('%j is no name of a repository', (name) => {
  expect(parseHubName('model', name)).toBeUndefined()
})

test.each(['../main', '/main', 'a/../../b', 'refs\\x', 'x\0', '', 'a//b'])('%j is no revision', (revision) => {
  expect(parseHubName('model', `a/b@${revision}`)).toBeUndefined()
})

test('a tree that lies in the cache is believed no more than one of the network', async () => {
  const client = clientOf(hub, { cache: join(outer, 'cache'), isOffline: true })
  const commit = 'a'.repeat(40)
  const folder = join(outer, 'cache/models--ada--offline')
  mkdirSync(join(folder, 'snapshots', commit), { recursive: true })
  mkdirSync(join(folder, 'trees'))
  writeFileSync(join(folder, 'trees', `${commit}.json`), JSON.stringify({ format_version: 1, files: { '../../../../x': { size: 1, blob_id: 'b'.repeat(40) } } }))
  expect(await codeOf(openRepository(client, nameOf('model', `ada/offline@${commit}`)))).toBe('hub.unsafe-name')
})

test('a page of a list, and a redirect, at another origin get no token', async () => {
  const other = await startHub()
  try {
    hub.addAccount('eve', 'hf_eve')
    hub.addStored('model', 'ada/paged', weights)
    const client = clientOf(hub, { cache: join(outer, 'cache'), token: 'hf_eve' })
    hub.fault = ({ path }) => path.includes('/tree/') || path.includes('/resolve/') ? { status: 302, headers: { location: `${other.endpoint}${path}` } } : undefined
    expect(await codeOf(openRepository(client, nameOf('model', 'ada/paged')))).toMatch(/^hub\./)
    expect(other.seen.length).toBeGreaterThan(0)
    expect(other.seen.map(({ authorization }) => authorization).filter(Boolean)).toEqual([])
  } finally {
    await other.close()
  }
})
