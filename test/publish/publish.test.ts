import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { createRepository } from '../../src/hub/modelRepository.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { PublishingAtEnd, recordPending } from '../../src/publish/pending.ts'
import { publish } from '../../src/publish/publish.ts'
import { readPublishRecord, writePublishRecord } from '../../src/runs/publishRecord.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { addCommit } from '../hub/repositories.ts'
import { finishedRun } from './run.ts'

let folder: string
let hub: LocalHub
let mara: { token: string, endpoint: string }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finetune-publish-'))
  await finishedRun(folder)
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara_token', { role: 'write' })
  mara = { token: 'hf_mara_token', endpoint: hub.endpoint }
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  return async () => {
    vi.unstubAllEnvs()
    await hub.close()
    await rm(folder, { recursive: true })
  }
})

const orderer = { closed: Promise.resolve(), givenUp: new AbortController().signal, onProgress: () => {} }
const options = { repository: 'tickets', private: true, signal: new AbortController().signal, onProgress: () => {} }

test('a run is published under the account\'s name, private, and remembers where', async () => {
  const { url, commit } = await publish(folder, mara, options)
  expect(url).toBe(`${hub.endpoint}/mara/tickets`)
  expect(await readPublishRecord(folder)).toEqual({ format: 1, state: 'published', endpoint: hub.endpoint, repository: 'mara/tickets', private: true, commit })
  const [{ id, private: isPrivate, refs }] = hub.repositories
  expect([id, isPrivate, refs.get('main')!.parent!.parent]).toEqual(['mara/tickets', true, undefined])
})

test('a repository that is there is not written over unless its last commit is named', async () => {
  const { commit } = await publish(folder, mara, options)
  await expect(publish(folder, mara, options)).rejects.toMatchObject({ code: 'publish.exists', args: { name: 'mara/tickets', commit } })
  await expect(publish(folder, mara, { ...options, parentCommit: '0'.repeat(40) })).rejects.toMatchObject({ code: 'publish.changed-since' })
  await expect(publish(folder, mara, { ...options, parentCommit: commit })).resolves.toMatchObject({ repository: 'mara/tickets' })
})

test.each(['empty', 'full'])('a public repository (%s) gets nothing of a run that is to be private, whatever commit is named', async (state) => {
  await createRepository('mara/tickets', false, mara)
  const there = state === 'full' ? (await publish(folder, mara, { ...options, private: false })).commit : hub.repositories[0]!.refs.get('main')!.oid
  for (const parentCommit of [undefined, there]) await expect(publish(folder, mara, { ...options, parentCommit })).rejects.toMatchObject({ code: 'publish.is-public' })
  expect(hub.repositories[0]!.refs.get('main')!.oid).toBe(there)
  expect(await publish(folder, mara, { ...options, private: false, parentCommit: there })).toMatchObject({ private: false })
  expect(await readPublishRecord(folder)).toMatchObject({ private: false })
})

test('a repository that is there and private stays so, and is told as that', async () => {
  await createRepository('mara/tickets', true, mara)
  expect(await publish(folder, mara, { ...options, private: false })).toMatchObject({ private: true })
  expect(await readPublishRecord(folder)).toMatchObject({ private: true })
})

test('a commit that comes while the repository is looked at is not written over', async () => {
  await createRepository('mara/tickets', true, mara)
  let hasCome = false
  hub.fault = ({ path }) => {
    if (hasCome || !path.includes('/tree/')) return undefined
    hasCome = true
    const meanwhile = { path: 'theirs.txt', oid: '1'.repeat(40), size: 0, content: Buffer.alloc(0) }
    return void addCommit(hub.repositories[0]!, [meanwhile])
  }
  await expect(publish(folder, mara, options)).rejects.toMatchObject({ code: 'publish.changed-since' })
  expect([...hub.repositories[0]!.refs.get('main')!.files.keys()]).toEqual(['.gitattributes', 'theirs.txt'])
})

test('a commit that is named of a repository that is not there makes none', async () => {
  await expect(publish(folder, mara, { ...options, parentCommit: '0'.repeat(40) })).rejects.toMatchObject({ code: 'publish.no-repository' })
  expect(hub.repositories).toEqual([])
})

test('a name that cannot be one is refused before anything is made', async () => {
  for (const repository of ['a--b', 'mara/x.git', 'x..y']) await expect(publish(folder, mara, { ...options, repository }), repository).rejects.toMatchObject({ code: 'publish.name' })
  expect(hub.repositories).toEqual([])
})

test('a trainer\'s finished run waits for an account, is published once, and its record has no secret', async () => {
  const publishing = new PublishingAtEnd(checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder, hub_model_id: 'tickets' }), options.signal)
  expect(await publishing.order(mara, orderer)).toMatchObject({ code: 'publish.unfinished' })
  const waited = publishing.wait(folder, 60_000)
  await vi.waitUntil(async () => (await readPublishRecord(folder))?.state === 'pending', { interval: 1 })
  expect(await readFile(join(folder, 'publish.json'), 'utf8')).not.toContain('hf_')
  const answers = await Promise.all([publishing.order(mara, orderer), publishing.order(mara, orderer)])
  expect(answers).toEqual([{ url: `${hub.endpoint}/mara/tickets` }, { url: `${hub.endpoint}/mara/tickets` }])
  expect(await waited).toBe(`${hub.endpoint}/mara/tickets`)
  expect(hub.seen.filter(({ path }) => path.includes('/commit/'))).toHaveLength(1)
})

test('a window sees how far its trainer is, and one that gives up stops it for all; it can be ordered again', async () => {
  const publishing = new PublishingAtEnd(checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder }), options.signal)
  void publishing.wait(folder, 60_000)
  await vi.waitUntil(async () => (await readPublishRecord(folder))?.state === 'pending', { interval: 1 })
  const giveUp = new AbortController()
  const paths = new Set<string>()
  const first = publishing.order(mara, { ...orderer, onProgress: ({ path }) => paths.add(path) })
  const second = publishing.order(mara, { ...orderer, givenUp: giveUp.signal, onProgress: () => giveUp.abort() })
  expect(await Promise.all([first, second])).toEqual([{ code: 'publish.stopped', args: {} }, { code: 'publish.stopped', args: {} }])
  expect(paths).toContain('model.safetensors')
  expect(hub.repositories[0]!.refs.get('main')!.files.size).toBe(1)
  expect(await readPublishRecord(folder)).toMatchObject({ state: 'pending' })
  expect(await publishing.order(mara, orderer)).toMatchObject({ url: expect.stringContaining('/mara/') as string })
})

test('where no account comes, or it may not, the run stays to be published', async () => {
  const settings = checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder, hub_private_repo: false })
  expect(await new PublishingAtEnd(settings, options.signal).wait(folder, 1)).toBeUndefined()
  hub.addAccount('mara', 'hf_reader')
  const publishing = new PublishingAtEnd(settings, options.signal)
  const waited = publishing.wait(folder, 60_000)
  await vi.waitUntil(() => publishing.order({ ...mara, token: 'hf_reader' }, orderer).then((answer) => 'code' in answer && answer.code === 'publish.forbidden'), { interval: 1 })
  expect(await waited).toBeUndefined()
  expect(await readPublishRecord(folder)).toMatchObject({ state: 'pending', private: false, endpoint: hub.endpoint })
})

test('a record that cannot be believed is none', async () => {
  const settings = checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder })
  await recordPending(folder, settings, 'later')
  const record = (await readPublishRecord(folder))!
  for (const wrong of [{ endpoint: 'javascript:alert(1)' }, { repository: '../../etc' }, { state: 'published', commit: 'x' }]) {
    await writePublishRecord(folder, { ...record, ...wrong } as typeof record)
    expect(await readPublishRecord(folder), JSON.stringify(wrong)).toBeUndefined()
  }
})
