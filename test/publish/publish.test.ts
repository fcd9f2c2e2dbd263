import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { PublishingAtEnd, recordPending } from '../../src/publish/pending.ts'
import { publish } from '../../src/publish/publish.ts'
import { readPublishRecord, writePublishRecord } from '../../src/runs/publishRecord.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
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

const gone = Promise.resolve()
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

test('a name that cannot be one is refused before anything is made', async () => {
  for (const repository of ['a--b', 'mara/x.git', 'x..y']) await expect(publish(folder, mara, { ...options, repository }), repository).rejects.toMatchObject({ code: 'publish.name' })
  expect(hub.repositories).toEqual([])
})

test('a trainer\'s finished run waits for an account, is published once, and its record has no secret', async () => {
  const publishing = new PublishingAtEnd(checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder, hub_model_id: 'tickets' }), options.signal)
  expect(await publishing.order(mara, gone)).toMatchObject({ code: 'publish.unfinished' })
  const waited = publishing.wait(folder, 60_000)
  await vi.waitUntil(async () => (await readPublishRecord(folder))?.state === 'pending', { interval: 1 })
  expect(await readFile(join(folder, 'publish.json'), 'utf8')).not.toContain('hf_')
  const answers = await Promise.all([publishing.order(mara, gone), publishing.order(mara, gone)])
  expect(answers).toEqual([{ url: `${hub.endpoint}/mara/tickets` }, { url: `${hub.endpoint}/mara/tickets` }])
  expect(await waited).toBe(`${hub.endpoint}/mara/tickets`)
  expect(hub.seen.filter(({ path }) => path.includes('/commit/'))).toHaveLength(1)
})

test('where no account comes, or it may not, the run stays to be published', async () => {
  const settings = checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', output_dir: folder, hub_private_repo: false })
  expect(await new PublishingAtEnd(settings, options.signal).wait(folder, 1)).toBeUndefined()
  hub.addAccount('mara', 'hf_reader')
  const publishing = new PublishingAtEnd(settings, options.signal)
  const waited = publishing.wait(folder, 60_000)
  await vi.waitUntil(() => publishing.order({ ...mara, token: 'hf_reader' }, gone).then((answer) => 'code' in answer && answer.code === 'publish.forbidden'), { interval: 1 })
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
