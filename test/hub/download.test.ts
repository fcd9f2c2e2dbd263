import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { downloadClassifier, downloadModel } from '../../src/hub/modelSnapshot.ts'
import { openRepository, type DownloadProgress } from '../../src/hub/hubRepository.ts'
import { clientOf, codeOf, contentOf, nameOf, temporaryCache } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { addCommit, storedFile } from './repositories.ts'
import type { Fault } from './route.ts'

const weights = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
const sha256 = createHash('sha256').update(weights).digest('hex')

let hub: LocalHub

beforeAll(async () => {
  hub = await startHub()
  hub.addAccount('ada', 'hf_ada')
  hub.addAccount('bob', 'hf_bob')
  const files = { 'config.json': '{"model_type":"bert"}', 'tokenizer.json': '{}', 'model.safetensors': weights, 'pytorch_model.bin': weights, 'onnx/model.onnx': 'x', 'tf_model.h5': 'x', 'flax_model.msgpack': 'x' }
  await hub.add('model', 'ada/model', files)
  await hub.add('model', 'ada/private', files, { private: true })
  await hub.add('model', 'ada/gated', files, { gated: 'auto' })
  await hub.add('model', 'ada/pickle', { 'config.json': '{}', 'pytorch_model.bin': weights, 'spm.model': 'x', 'tf_model.h5': 'x' })
  await hub.add('model', 'ada/pickles', { 'config.json': '{}', 'pytorch_model.bin.index.json': '{}', 'pytorch_model-00001-of-00002.bin': weights })
})

beforeEach(() => {
  hub.fault = () => undefined
  hub.seen.length = 0
})

afterAll(() => hub.close())

async function fetchModel(client: ReturnType<typeof clientOf>, name = 'ada/model', onProgress?: (progress: DownloadProgress) => void): Promise<string> {
  return downloadModel(await openRepository(client, nameOf('model', name)), onProgress)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate()
}

const downloads = () => hub.seen.filter(({ path }) => /\/resolve\/|\/repos\//.test(path)).map(({ origin, path }) => `${origin} ${path.replace(/\?.*/, '').replace(/.*\//, '')}`)

test('a model lies in the cache as Hugging Face\'s libraries have it: what is needed of it, and no pickle', async () => {
  const client = clientOf(hub)
  const folder = await fetchModel(client)
  const commit = hub.repositories[0].refs.get('main')!.oid
  expect(folder).toBe(join(client.environment.cache, 'models--ada--model/snapshots', commit))
  const { 'CACHEDIR.TAG': _tag, [`models--ada--model/trees/${commit}.json`]: tree, ...layout } = contentOf(client.environment.cache)
  const [config, tokenizer] = ['config.json', 'tokenizer.json'].map((path) => hub.repositories[0].refs.get('main')!.files.get(path)!.oid)
  expect(Object.keys((JSON.parse(tree) as { files: object }).files)).toHaveLength(7)
  const noExist = Object.keys(layout).filter((path) => path.includes('.no_exist'))
  expect(noExist).toContain(`models--ada--model/.no_exist/${commit}/vocab.txt`)
  for (const path of noExist) delete layout[path]
  expect(layout).toEqual({
    [`.locks/models--ada--model/${sha256}.lock`]: '', [`.locks/models--ada--model/${config}.lock`]: '', [`.locks/models--ada--model/${tokenizer}.lock`]: '',
    [`models--ada--model/blobs/${sha256}`]: weights.toString(), [`models--ada--model/blobs/${config}`]: '{"model_type":"bert"}', [`models--ada--model/blobs/${tokenizer}`]: '{}',
    'models--ada--model/refs/main': commit,
    [`models--ada--model/snapshots/${commit}/config.json`]: `-> ../../blobs/${config}`,
    [`models--ada--model/snapshots/${commit}/model.safetensors`]: `-> ../../blobs/${sha256}`,
    [`models--ada--model/snapshots/${commit}/tokenizer.json`]: `-> ../../blobs/${tokenizer}`,
  })
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights)
})

test('a pickle comes where a model has no other weights, and of shards of one nothing', async () => {
  const folder = await fetchModel(clientOf(hub), 'ada/pickle')
  expect(Object.keys(contentOf(folder)).sort()).toEqual(['config.json', 'pytorch_model.bin', 'spm.model'])
  expect(readFileSync(join(folder, 'pytorch_model.bin'))).toEqual(weights)
  hub.seen.length = 0
  await expect(fetchModel(clientOf(hub), 'ada/pickles')).rejects.toThrow('has no model.safetensors or pytorch_model.bin, only shards of a pickle: ')
  expect(downloads()).toEqual([])
})

test('of a finished classifier what the worker reads comes, and not its weights once more; another model is refused before anything large comes', async () => {
  const config = (architecture: string) => JSON.stringify({ model_type: 'bert', architectures: [architecture] })
  const files = { 'config.json': config('BertForSequenceClassification'), 'tokenizer.json': '{}', 'tokenizer_config.json': '{}', 'model.safetensors': weights, 'onnx/model.onnx': weights, 'onnx/model.onnx_data': 'x', 'onnx/model_quantized.onnx': 'x' }
  await hub.add('model', 'ada/topics', files)
  await hub.add('model', 'ada/masks', { ...files, 'config.json': config('BertForMaskedLM') })
  const client = clientOf(hub)
  const fetched = async (name: string, at = client) => downloadClassifier(await openRepository(at, nameOf('model', name)))
  const folder = await fetched('ada/topics')
  expect(readFileSync(join(folder, 'onnx/model.onnx'))).toEqual(weights)
  expect(Object.keys(contentOf(folder)).sort()).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data', 'tokenizer.json', 'tokenizer_config.json'])
  hub.seen.length = 0
  expect(await codeOf(fetched('ada/masks'))).toBe('hub.not-classifier')
  expect(await codeOf(fetched('ada/pickle'))).toBe('hub.no-onnx')
  expect(downloads()).toEqual(['hub config.json'])
  expect(await fetched('ada/topics', clientOf(hub, { cache: client.environment.cache, isOffline: true }))).toBe(folder)
})

test('what is in the cache is not asked for again, with and without the network', async () => {
  const client = clientOf(hub)
  const folder = await fetchModel(client)
  hub.seen.length = 0
  expect(await fetchModel(client)).toBe(folder)
  expect(downloads()).toEqual([])
  hub.seen.length = 0
  expect(await fetchModel(clientOf(hub, { cache: client.environment.cache, isOffline: true }))).toBe(folder)
  expect(hub.seen).toEqual([])
  const gone = clientOf({ endpoint: 'http://127.0.0.1:1' }, { cache: client.environment.cache })
  const repository = await openRepository(gone, nameOf('model', 'ada/model'))
  expect(await downloadModel(repository)).toBe(folder)
  expect(repository.notices.map(({ code }) => code)).toEqual(['hub.from-cache'])
})

test('without the network, what is not there or not whole is said', async () => {
  const client = clientOf(hub)
  const folder = await fetchModel(client)
  const offline = clientOf(hub, { cache: client.environment.cache, isOffline: true })
  expect(await codeOf(fetchModel(offline, 'ada/other'))).toBe('hub.not-cached')
  rmSync(join(folder, 'model.safetensors'))
  expect(await codeOf(fetchModel(offline))).toBe('hub.partly-cached')
  expect(await codeOf(fetchModel(clientOf({ endpoint: 'http://127.0.0.1:1' })))).toBe('hub.not-looked-up')
})

test('a cut connection goes on where it was cut, in this process and in the next', async () => {
  const client = clientOf(hub)
  const partialFile = join(client.environment.cache, 'models--ada--model/blobs', `${sha256}.incomplete`)
  let cuts = 0
  hub.fault = ({ origin, range }) => {
    if (origin !== 'storage' || cuts++ === 2) return undefined
    const from = Number(/\d+/.exec(range ?? '0'))
    return { cutAfter: 30_000, pieces: 10_000, pause: (sent) => until(() => statSync(partialFile).size === from + sent) }
  }
  await fetchModel(client)
  expect(hub.seen.filter(({ origin }) => origin === 'storage').map(({ range }) => range)).toEqual([undefined, 'bytes=30000-', 'bytes=60000-'])

  const stop = new AbortController()
  const cache = temporaryCache()
  const otherPartial = partialFile.replace(client.environment.cache, cache)
  hub.fault = ({ origin }) => origin === 'storage' ? { pieces: 10_000, pause: (sent) => until(() => stop.signal.aborted || statSync(otherPartial).size === sent).then(() => { if (sent === 40_000) stop.abort() }) } : undefined
  await expect(fetchModel(clientOf(hub, { cache, signal: stop.signal }))).rejects.toMatchObject({ name: 'AbortError' })
  expect(readFileSync(otherPartial)).toEqual(weights.subarray(0, 40_000))
  hub.fault = () => undefined
  hub.seen.length = 0
  const bytes: number[] = []
  await fetchModel(clientOf(hub, { cache }), 'ada/model', (progress) => bytes.push(progress.bytes))
  expect(hub.seen.filter(({ origin }) => origin === 'storage').map(({ range }) => range)).toEqual(['bytes=40000-'])
  expect(bytes.at(-1)).toBe(weights.length)
})

test('a storage that knows no ranges sends a cut file again from its beginning, and that is the whole file', async () => {
  let cuts = 0
  hub.fault = ({ origin }) => origin === 'storage' ? { ignoresRange: true, ...cuts++ === 0 ? { cutAfter: 30_000 } : {} } : undefined
  expect(readFileSync(join(await fetchModel(clientOf(hub)), 'model.safetensors'))).toEqual(weights)
  // Were it appended, its hash would be wrong, and it would be fetched once more.
  expect(hub.seen.filter(({ origin }) => origin === 'storage')).toHaveLength(2)
})

test('a byte that arrives wrong is found; twice, and nothing is kept', async () => {
  const client = clientOf(hub)
  let wrong = 1
  hub.fault = ({ origin }) => origin === 'storage' && wrong-- > 0 ? { corruptAt: 500 } : undefined
  const folder = await fetchModel(client)
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights)

  const other = clientOf(hub)
  hub.fault = ({ path }) => path.includes('tokenizer.json') ? { corruptAt: 1 } : undefined
  expect(await codeOf(fetchModel(other))).toBe('hub.wrong-content')
  const cached = contentOf(join(other.environment.cache, 'models--ada--model'))
  expect(Object.keys(cached).filter((path) => path.includes('tokenizer') || path.includes('incomplete'))).toEqual([])
})

test('what lies wrong under a blob\'s partial name does no harm', async () => {
  const client = clientOf(hub)
  const blobs = join(client.environment.cache, 'models--ada--model/blobs')
  mkdirSync(blobs, { recursive: true })
  writeFileSync(join(blobs, `${sha256}.incomplete`), Buffer.alloc(50_000, 1))
  expect(readFileSync(join(await fetchModel(client), 'model.safetensors'))).toEqual(weights)
})

test('a busy Hub is waited for, as long as it says; one that stays so is told', async () => {
  const client = clientOf(hub)
  const answers: Fault[] = [{ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 429, headers: { ratelimit: '"api";r=0;t=55' } }]
  hub.fault = () => answers.shift()
  await fetchModel(client)
  expect(client.waits).toEqual([7, 2, 55])
  hub.fault = () => ({ status: 500 })
  await expect(fetchModel(clientOf(hub))).rejects.toThrow('fails (status 500), also after several tries')
  hub.fault = () => ({ status: 429, headers: { 'retry-after': '100000' } })
  const impatient = clientOf(hub)
  await expect(fetchModel(impatient)).rejects.toThrow('has had too many requests from here: wait 100000 seconds')
  expect(impatient.waits).toEqual([])
})

test('what a Hub refuses is told with what to do', async () => {
  const fails = (name: string, token?: string) => codeOf(fetchModel(clientOf(hub, { token }), name))
  expect(await fails('ada/missing')).toBe('hub.not-found')
  expect(await fails('ada/missing', 'hf_bob')).toBe('hub.not-found-signed-in')
  expect(await fails('ada/private')).toBe('hub.not-found')
  expect(await fails('ada/gated')).toBe('hub.gated')
  expect(await fails('ada/gated', 'hf_bob')).toBe('hub.gated-not-granted')
  expect(await fails('ada/model', 'hf_nobody')).toBe('hub.token-refused')
  expect(await fails('ada/model@v9')).toBe('hub.no-revision')
  expect(await fails('ada/pickles')).toBe('hub.no-weights')
  hub.fault = () => ({ status: 418 })
  expect(await fails('ada/model')).toBe('hub.refused')
})

test('a token opens what is its account\'s, and goes to no other origin', async () => {
  const folder = await fetchModel(clientOf(hub, { token: 'hf_ada' }), 'ada/private')
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights)
  const carried = (origin: string) => new Set(hub.seen.filter((each) => each.origin === origin).map(({ authorization }) => authorization))
  expect(carried('hub')).toEqual(new Set(['Bearer hf_ada']))
  expect(carried('storage')).toEqual(new Set([undefined]))
})

test('a branch is its commit: files of one revision lie together, a newer one beside them', async () => {
  const client = clientOf(hub)
  const repository = await hub.add('model', 'ada/moving', { 'config.json': '{"a":1}', 'model.safetensors': weights })
  const first = await fetchModel(client, 'ada/moving')
  addCommit(repository, [await storedFile('config.json', '{"a":2}')])
  hub.seen.length = 0
  const second = await fetchModel(client, 'ada/moving')
  expect(downloads()).toEqual(['hub config.json'])
  expect([first, second].map((folder) => readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual(['{"a":1}', '{"a":2}'])
  const old = first.split('/').at(-1)!
  expect(await fetchModel(client, `ada/moving@${old}`)).toBe(first)
})

test('without links, files lie in the snapshot itself', async () => {
  const client = clientOf(hub, { copiesFiles: true })
  const repository = await hub.add('model', 'ada/copied', { 'config.json': '{}', 'vocab.txt': '{}', 'model.safetensors': weights })
  const folder = await fetchModel(client, 'ada/copied')
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(weights)
  expect(contentOf(folder)).toMatchObject({ 'config.json': '{}', 'vocab.txt': '{}' })
  expect(readdirSync(join(dirname(dirname(folder)), 'blobs'))).toEqual([])
  addCommit(repository, [await storedFile('README.md', 'new')])
  expect(readFileSync(join(await fetchModel(client, 'ada/copied'), 'README.md'), 'utf8')).toBe('new')
})

test('a link that lies in the cache leads nowhere', async () => {
  const client = clientOf(hub)
  const shards = { 'config.json': '{}', 'model.safetensors': weights }
  await hub.add('model', 'ada/planted', shards)
  const outside = temporaryCache()
  const commit = hub.repositories.at(-1)!.refs.get('main')!.oid
  const snapshots = join(client.environment.cache, 'models--ada--planted/snapshots')
  mkdirSync(snapshots, { recursive: true })
  symlinkSync(outside, join(snapshots, commit))
  expect(await codeOf(fetchModel(client, 'ada/planted'))).toBe('hub.unsafe-name')
  expect(readdirSync(outside)).toEqual([])
  expect(existsSync(join(outside, 'config.json'))).toBe(false)
})

test('a link to elsewhere is no file of a snapshot, however long it is, and nothing is written through one', async () => {
  const client = clientOf(hub)
  const elsewhere = join(temporaryCache(), 'precious')
  const commit = hub.repositories[0].refs.get('main')!.oid
  const repository = join(client.environment.cache, 'models--ada--model')
  const pointer = join(repository, 'snapshots', commit, 'model.safetensors')
  for (const planted of [pointer, join(repository, 'blobs', sha256), join(repository, 'blobs', `${sha256}.incomplete`)]) {
    // As long as the file, to be taken for it; shorter, to be written on.
    const precious = Buffer.alloc(planted.endsWith('.incomplete') ? 500 : weights.length, 9)
    writeFileSync(elsewhere, precious)
    rmSync(repository, { recursive: true, force: true })
    mkdirSync(dirname(planted), { recursive: true })
    symlinkSync(elsewhere, planted)
    expect(readFileSync(join(await fetchModel(client), 'model.safetensors')).equals(weights), planted).toBe(true)
    expect(readFileSync(elsewhere).equals(precious), planted).toBe(true)
  }
  rmSync(repository, { recursive: true })
  mkdirSync(repository)
  symlinkSync(dirname(elsewhere), join(repository, 'blobs'))
  expect(await codeOf(fetchModel(client))).toBe('hub.unsafe-name')
  expect(readdirSync(dirname(elsewhere))).toEqual(['precious'])
})
