// A model of the Hub by its name: searched, or typed, brought into the cache, and then in use under that name. The editor is played here.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type { HubAccount } from '../../src/editor/hubAccount.ts'
import { useHubModel } from '../../src/editor/hubModel.ts'
import type { WorkerClient } from '../../src/editor/workerClient.ts'
import { ActiveModel } from '../../src/editor/activeModel.ts'
import type { FetchClassifierParams, SearchParams } from '../../src/protocol/workerRequests.ts'
import { fetchClassifier, search } from '../../src/worker/hub.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'

interface Item { label: string, description?: string, name?: string }

/** The quick pick that is open, and what notifications were answered with. */
const editor = vi.hoisted(() => ({
  picker: undefined as undefined | { items: Item[], selectedItems: Item[], type(value: string): void, accept(): void, hide(): void },
  errors: [] as string[],
  answer: undefined as string | undefined,
  told: [] as string[],
}))

vi.mock('../../src/editor/nativeCode.ts', () => ({ requireNativeCode() {} }))
vi.mock('vscode', async () => {
  const { fill } = await import('../../src/protocol/errors.ts')
  class EventEmitter {
    event = () => ({ dispose() {} })
    fire() {}
  }
  class CancellationTokenSource {
    token = { isCancellationRequested: false }
    cancel() { this.token.isCancellationRequested = true }
  }
  return {
    EventEmitter, CancellationTokenSource, StatusBarAlignment: { Right: 2 }, ProgressLocation: { Notification: 15 },
    l10n: { t: (text: string, ...values: (string | number)[]) => fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) },
    env: { language: 'en', openExternal: async () => true },
    Uri: { parse: (address: string) => address },
    window: {
      createStatusBarItem: () => ({ show() {}, hide() {}, dispose() {} }),
      createQuickPick() {
        const on: Record<string, (value?: string) => void> = {}
        const register = (name: string) => (listener: (value?: string) => void) => { on[name] = listener }
        return editor.picker = {
          items: [], selectedItems: [], onDidChangeValue: register('value'), onDidAccept: register('accept'), onDidHide: register('hide'),
          type: (value: string) => on.value!(value), accept: () => on.accept!(), hide: () => on.hide!(), show() {}, dispose() {},
        } as never
      },
      async showErrorMessage(text: string) {
        editor.errors.push(text)
        return editor.answer
      },
      withProgress: (_: object, work: (progress: object, token: object) => Promise<unknown>) => work({ report: ({ message }: { message: string }) => editor.told.push(message) }, {}),
    },
  }
})

const config = JSON.stringify({ model_type: 'bert', architectures: ['BertForSequenceClassification'] })
const files = { 'config.json': config, 'tokenizer.json': '{}', 'tokenizer_config.json': '{}', 'onnx/model.onnx': Buffer.alloc(10_000), 'README.md': '---\ntags: [text-classification, onnx]\n---\n' }
let hub: LocalHub
let token: string | undefined
let memory: Map<string, unknown>
beforeEach(async () => {
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara')
  await hub.add('model', 'acme/topics', files, { downloads: 1234 })
  await hub.add('model', 'mara/private', files, { private: true })
  token = undefined
  memory = new Map()
  Object.assign(editor, { picker: undefined, errors: [], answer: undefined, told: [] })
  const home = mkdtempSync(join(tmpdir(), 'finetune-hub-model-'))
  for (const [name, value] of Object.entries({ HF_ENDPOINT: hub.endpoint, HF_HOME: home, HF_TOKEN: undefined, HF_HUB_CACHE: undefined, HF_HUB_OFFLINE: undefined })) vi.stubEnv(name, value)
  return async () => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
    await hub.close()
  }
})

/** The command, with a worker that is in this process. */
function use(): { model: ActiveModel, done: Promise<void> } {
  const signal = new AbortController().signal
  const request = async ({ method }: { method: string }, params: unknown, { progress }: { progress?: { on(done: object): void } }) =>
    method === 'search' ? search(params as SearchParams, signal) : fetchClassifier(params as FetchClassifierParams, { signal, onProgress: (done) => progress!.on(done) })
  const account = {
    readingToken: async () => token,
    credential: async (_: unknown, { ask }: { ask: boolean }) => ask ? { token: token = 'hf_mara' } : undefined,
  }
  const model = new ActiveModel({ get: (key: string) => memory.get(key), update: async (key: string, value: unknown) => void memory.set(key, value) } as never)
  return { model, done: useHubModel({ worker: { request } as unknown as WorkerClient, account: account as unknown as HubAccount, model }) }
}

async function choose(words: string, name: string): Promise<void> {
  editor.picker!.type(words)
  const item = await vi.waitUntil(() => editor.picker!.items.find((each) => each.name === name), { timeout: 10_000, interval: 5 })
  editor.picker!.selectedItems = [item]
  editor.picker!.accept()
}

test('what is found is downloaded with progress, and in use under its name', async () => {
  const { model, done } = use()
  editor.picker!.type('topics')
  const [{ label, description }] = await vi.waitUntil(() => editor.picker!.items.length > 1 && editor.picker!.items, { timeout: 10_000, interval: 5 })
  expect([label, description]).toEqual(['acme/topics', '1,234 downloads · no licence given'])
  await choose('topics', 'acme/topics')
  await done
  expect([model.name, existsSync(join(model.folder!, 'onnx/model.onnx'))]).toEqual(['acme/topics', true])
  expect(editor.told.at(-1)).toBe('100% · onnx/model.onnx')
})

test('a full name needs no search; a private one is asked for again after signing in', async () => {
  const { model, done } = use()
  editor.answer = 'Sign In…'
  await choose('mara/private', 'mara/private')
  await done
  expect(editor.errors).toEqual(['There is no mara/private on the Hub, or it is private: check the name. For a private one, sign in.'])
  expect(model.name).toBe('mara/private')
})

test('one who gives up keeps the model before, and a model that cannot be used says why', async () => {
  const { model, done } = use()
  editor.picker!.hide()
  await done
  const other = use()
  await hub.add('model', 'acme/masks', { ...files, 'config.json': '{"model_type":"bert","architectures":["BertForMaskedLM"]}' })
  const failed = expect(other.done).rejects.toMatchObject({ code: 'hub.not-classifier' })
  await choose('acme/masks', 'acme/masks')
  await failed
  expect([model.name, other.model.name]).toEqual([undefined, undefined])
})
