// Run folders may come from anywhere: what they say of publishing leads to a question, never to an account's token.
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type * as vscode from 'vscode'
import type { Choices } from '../../src/editor/choices.ts'
import { draftOf } from '../../src/editor/draftSettings.ts'
import type { HubAccount } from '../../src/editor/hubAccount.ts'
import { PendingPublications } from '../../src/editor/pendingPublications.ts'
import type { Log } from '../../src/editor/log.ts'
import type { RunEntry, Runs } from '../../src/editor/runs.ts'
import { Training } from '../../src/editor/training.ts'
import type { WorkerClient } from '../../src/editor/workerClient.ts'
import { fill } from '../../src/protocol/errors.ts'
import type { PublishOrder } from '../../src/protocol/trainerCommands.ts'
import { serveCommands } from '../../src/runs/commandServer.ts'
import { readPublishRecord, writePublishRecord } from '../../src/runs/publishRecord.ts'
import { makeEntry, writeEntry } from '../../src/runs/trainerEntry.ts'
import { finishedRun } from '../publish/run.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

const person = vi.hoisted(() => ({ shown: [] as string[], answer: undefined as string | undefined, ran: [] as unknown[] }))
vi.mock('vscode', () => {
  const message = async (text: string) => {
    person.shown.push(text)
    return person.answer
  }
  return {
    l10n: { t: (text: string, ...values: (string | number)[]) => values.length === 0 ? text : fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) },
    workspace: { isTrusted: true, getConfiguration: () => ({ get: () => undefined }) },
    ProgressLocation: {},
    commands: { executeCommand: async (...words: unknown[]) => person.ran.push(words) },
    window: {
      showInformationMessage: message, showErrorMessage: message,
      withProgress: (_: unknown, work: (...args: unknown[]) => unknown) => work({ report() {} }, { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) }),
    },
  }
})
const started = vi.hoisted(() => vi.fn())
vi.mock('../../src/runs/startTrainer.ts', () => ({ startTrainer: started }))
vi.mock('../../src/editor/nativeCode.ts', () => ({ requireNativeCode() {} }))
vi.mock('../../src/editor/node.ts', () => ({ usableNode: async () => 'node' }))
vi.mock('../../src/editor/proxy.ts', () => ({ proxyVariables: () => ({}) }))

const user = ownUserFolder()
const endpoint = 'https://hub.test'
const signedIn = { credential: vi.fn(async () => ({ token: 'hf_mara', endpoint })), readingToken: vi.fn(async () => undefined) }
const log = { info() {}, error(error: Error) { throw error } } as unknown as Log
let memory: Map<string, unknown>
let ended: (run: RunEntry) => void
beforeEach(() => {
  Object.assign(person, { shown: [], answer: undefined, ran: [] })
  vi.clearAllMocks()
  memory = new Map()
})

async function plant(name: string, state: 'finished' | 'stopped' = 'finished'): Promise<RunEntry> {
  const folder = join(await realpath(user.folder), name)
  await mkdir(folder)
  await finishedRun(folder, { state })
  await writePublishRecord(folder, { format: 1, state: 'pending', endpoint, repository: 'acme/everybody', private: false, reason: '' })
  return { id: name, name, folder, state } as RunEntry
}

function pendingOf(...list: RunEntry[]): PendingPublications {
  const runs = {
    list, get: (id: string) => list.find((run) => run.id === id), refresh: async () => {}, untilListed: async () => {},
    onDidEnd(listener: typeof ended) {
      ended = listener
      return { dispose() {} }
    },
  }
  const memento = { get: (key: string, otherwise: unknown) => memory.get(key) ?? otherwise, update: async (key: string, value: unknown) => void memory.set(key, value) }
  return new PendingPublications(runs as unknown as Runs, signedIn as unknown as HubAccount, memento as unknown as vscode.Memento, log)
}

test('a planted run that is to be published is offered, at its end and at the next start, and no account is looked at', async () => {
  const run = await plant('planted')
  const pending = pendingOf(run)
  ended(run)
  await vi.waitUntil(() => person.shown.length === 1, { interval: 1 })
  await pending.offerWaiting()
  expect(person.shown).toEqual(Array(2).fill('planted is finished and was to be published on Hugging Face.'))
  expect(signedIn.credential).not.toHaveBeenCalled()
})

test('several that wait are offered at once, and Not Now is kept', async () => {
  const runs = [await plant('one'), await plant('two')]
  person.answer = 'Not Now'
  await pendingOf(...runs).offerWaiting()
  await pendingOf(...runs).offerWaiting()
  expect(person.shown).toEqual(['These runs are finished and were to be published on Hugging Face: one, two'])
  person.answer = 'Publish…'
  await pendingOf(...runs, await plant('three')).offerWaiting()
  expect(person.ran).toEqual([['finetune.publish', { run: 'three' }]])
})

test('a trainer of this user\'s own gets the account; where this window has none it waits for another\'s, and offers nothing that is published', async () => {
  const run = await plant('own')
  const orders: PublishOrder[] = []
  const entry = await makeEntry()
  const nothing = () => {}
  const server = await serveCommands(entry, {
    stop: nothing, pause: nothing, resume: nothing, save: nothing, stopWhenAlone: nothing, continueWhenAlone: nothing,
    async publish(order) {
      orders.push(order)
      return { url: `${endpoint}/mara/own` }
    },
  })
  await writeEntry(entry, { outcome: 'begun', folder: run.folder, pid: process.pid, processStart: null, address: server.address, key: server.key })
  await pendingOf(run).offerWaiting()
  await vi.waitUntil(() => person.shown.length === 1, { interval: 1 })
  expect(orders).toEqual([{ token: 'hf_mara', endpoint }])
  expect(person.shown).toEqual(['acme/everybody is published.'])

  signedIn.credential.mockResolvedValueOnce({ token: 'hf_of_another_hub', endpoint: 'https://else.test' })
  pendingOf(run)
  ended(run)
  await vi.waitUntil(() => signedIn.credential.mock.calls.length === 2, { interval: 1 })
  const { reason: _, ...record } = await readPublishRecord(run.folder) as Extract<Awaited<ReturnType<typeof readPublishRecord>>, { state: 'pending' }>
  await writePublishRecord(run.folder, { ...record, state: 'published', commit: '0'.repeat(40) })
  await server.close()
  await vi.waitUntil(async () => person.shown.length === 1, { interval: 1 })
  expect(orders).toHaveLength(1)
})

test('a planted run that is gone on with publishes only if the person says so', async () => {
  const { folder } = await plant('resumed', 'stopped')
  started.mockResolvedValue({ folder, pid: 1 })
  const worker = { request: vi.fn(async () => undefined) }
  const context = { asAbsolutePath: (path: string) => path, globalStorageUri: { fsPath: join(user.folder, 'storage') } }
  const runs = { refresh: async () => {}, untilListed: async () => {} }
  const training = new Training(runs as unknown as Runs, signedIn as unknown as HubAccount, worker as unknown as WorkerClient, context as vscode.ExtensionContext, log)
  await training.resume(folder)
  expect(person.shown).toEqual(['When it is finished its model is to be published on Hugging Face as resumed, private.'])
  expect(started).not.toHaveBeenCalled()
  person.answer = 'Go On without Publishing'
  await training.resume(folder)
  expect(started).toHaveBeenCalledWith(expect.objectContaining({ push_to_hub: false }), expect.anything())
  expect(signedIn.credential).not.toHaveBeenCalled()
  person.answer = 'Go On, and Publish'
  await training.resume(folder)
  expect(started).toHaveBeenLastCalledWith(expect.objectContaining({ push_to_hub: true }), expect.anything())
  expect(worker.request).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ token: 'hf_mara', endpoint }))
})

test('a form that begins from a planted run publishes only what is chosen in it', async () => {
  const { folder } = await plant('again')
  const choices = { addModel: async () => 'm', model: () => ({ choice: { defaults: {} } }), addData: () => 'd' }
  const { settings } = await draftOf(choices as unknown as Choices, folder)
  expect(Object.keys(settings).filter((name) => /hub/.test(name))).toEqual([])
})
