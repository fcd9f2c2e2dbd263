import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { publish, type PublishCommand } from '../../src/cli/publish.ts'
import { train } from '../../src/cli/train.ts'
import { createRepository } from '../../src/hub/modelRepository.ts'
import type { RunResult } from '../../src/protocol/runResult.ts'
import { readPublishRecord, writePublishRecord } from '../../src/runs/publishRecord.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { finishedRun } from '../publish/run.ts'

let hub: LocalHub
let folder: string
let run: string
let said: string
const output = { write: (text: string) => { said += text; return true } }
const mara = () => ({ token: 'hf_mara', endpoint: hub.endpoint })
beforeEach(async () => {
  said = ''
  folder = mkdtempSync(join(tmpdir(), 'finetune-cli-publish-'))
  run = join(folder, 'tickets')
  await finishedRun(run)
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara', { role: 'write' })
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  vi.stubEnv('HF_HOME', folder)
  vi.stubEnv('HF_TOKEN', 'hf_mara')
  return async () => {
    vi.unstubAllEnvs()
    await hub.close()
    rmSync(folder, { recursive: true })
  }
})

function publishRun(options: Partial<PublishCommand> = {}): Promise<void> {
  return publish(run, { withExamples: false, dryRun: false, output, ...options })
}

test('the preview and the end say who sees it, as it is', async () => {
  await publishRun()
  expect(said).toContain(`To ${hub.endpoint}/mara/tickets, private:\n`)
  expect(said).toMatch(/\nPublished, private: .+\/mara\/tickets \(commit [0-9a-f]{8}\)\n$/)
  said = ''
  await createRepository('mara/open', false, mara())
  await publishRun({ repository: 'open', private: true }).catch(() => {})
  expect(said).toContain('/mara/open, which is there, public and empty:\n')
  await publishRun({ repository: 'open', private: 'false' })
  expect(said).toMatch(/\nPublished, public: /)
})

test.each([true, false])('a public repository is named as such and gets nothing that is to be private, dry run: %s', async (dryRun) => {
  await createRepository('mara/tickets', false, mara())
  const commit = hub.repositories[0]!.refs.get('main')!.oid
  for (const parentCommit of [undefined, commit]) await expect(publishRun({ parentCommit, dryRun })).rejects.toMatchObject({ code: 'publish.is-public' })
  expect(hub.repositories[0]!.refs.get('main')!.oid).toBe(commit)
})

test('what a run folder says of where to publish is not obeyed', async () => {
  await writePublishRecord(run, { format: 1, state: 'pending', endpoint: 'https://evil.test', repository: 'acme/everybody', private: false, reason: '' })
  await publishRun()
  expect(hub.repositories).toMatchObject([{ id: 'mara/tickets', private: true }])
})

function trainToPublish(outcome: RunResult['outcome'], given: Record<string, unknown> = {}): Promise<number> {
  const parts = { fineTune: async () => ({ outcome }), openClassifier: () => { throw new Error('not asked') }, earlierEvents: async () => [] }
  return train({ given: { push_to_hub: true, output_dir: run, ...given }, people: output, parts })
}

test('nothing is trained that is to go, private, into a public repository', async () => {
  await createRepository('mara/tickets', false, mara())
  await expect(trainToPublish('finished')).rejects.toMatchObject({ code: 'publish.is-public' })
})

test('a finished run that still waits to be published is published by its command; one that is published is not again', async () => {
  await writePublishRecord(run, { format: 1, state: 'pending', endpoint: hub.endpoint, repository: 'tickets', private: true, reason: 'it was stopped' })
  expect(await trainToPublish('already finished')).toBe(0)
  expect(said).toContain('there is nothing to train')
  const record = await readPublishRecord(run)
  expect(record).toMatchObject({ state: 'published', repository: 'mara/tickets' })
  said = ''
  expect(await trainToPublish('already finished')).toBe(0)
  expect(said).toContain('there is nothing to do')
  expect(await readPublishRecord(run)).toEqual(record)
})

test('where publishing fails at the end, the command to do it later is said, with what was chosen', async () => {
  hub.fault = ({ path }) => path.includes('/preupload/') ? { status: 403 } : undefined
  await expect(trainToPublish('already finished', { hub_model_id: 'my-news', hub_private_repo: false })).rejects.toMatchObject({ code: 'publish.forbidden' })
  expect(said).toMatch(/finetune publish \S+\/tickets --hub_model_id my-news --hub_private_repo false\n$/)
  expect(await readPublishRecord(run)).toMatchObject({ state: 'pending', repository: 'my-news', private: false })
})
