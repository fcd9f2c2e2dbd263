/** Our published model is read by Python's clients, and the local Hub is one to them: they publish on it too, and are refused as on the real one. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { login } from '../../src/cli/account.ts'
import { publish } from '../../src/publish/publish.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { finishedRun } from '../publish/run.ts'
import { askMeanwhile } from './witness.ts'

const token = 'hf_witness_token'
let hub: LocalHub
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'finetune-witness-publish-'))
  hub = await startHub()
  hub.addAccount('mara', token, { role: 'write' })
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  vi.stubEnv('HF_HOME', join(folder, 'hf'))
  vi.stubEnv('HF_TOKEN', undefined)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await hub.close()
  rmSync(folder, { recursive: true })
})

test('signed in by us, published by us, read by Python; published and refused there as by us', async () => {
  const run = join(folder, 'run')
  await finishedRun(run)
  await login({ withToken: true, input: Readable.from([token]), output: { write: () => true }, signal: new AbortController().signal })
  await publish(run, { token, endpoint: hub.endpoint }, { repository: 'tickets', private: true, signal: new AbortController().signal, onProgress: () => {} })
  const hash = (name: string) => createHash('sha256').update(readFileSync(join(run, name))).digest('hex')
  expect(await askMeanwhile('publish.py', { published: 'mara/tickets', own: 'mara/python' })).toEqual({
    who: 'mara', token, library: 'transformers', private: true,
    results: [['accuracy', 0.9, 'tickets'], ['f1', 0.88, 'tickets'], ['loss', 0.5, 'tickets']],
    files: expect.objectContaining({ 'model.safetensors': hash('model.safetensors'), 'onnx/model.onnx': hash('onnx/model.onnx'), 'config.json': readFileSync(join(run, 'config.json')).length }),
    own: { url: `${hub.endpoint}/mara/python`, oid: expect.stringMatching(/^[0-9a-f]{40}$/), files: ['.gitattributes', 'config.json', 'model.safetensors', 'onnx/model.onnx'] },
    refused: { exists: 409, stale: 412, elsewhere: 403, card: 'ValueError' },
  })
})
