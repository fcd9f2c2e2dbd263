/** Our published model is read by Python's clients, and the local Hub is one to them: they publish on it too, and are refused as on the real one. */
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { python } from '../../scripts/witness.mjs'
import { login } from '../../src/cli/account.ts'
import { publish } from '../../src/publish/publish.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { finishedRun } from '../publish/run.ts'

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

/** The Hub runs in this process, so Python must not block it. */
async function ask(script: string, input: unknown): Promise<Record<string, unknown>> {
  const child = spawn(python, [join(import.meta.dirname, script)], { env: { ...process.env, HF_HUB_DISABLE_XET: '1', HF_HUB_OFFLINE: '0' }, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(JSON.stringify(input))
  const [out, wrong] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (out === '') throw new Error(wrong)
  return JSON.parse(out) as Record<string, unknown>
}

test('signed in by us, published by us, read by Python; published and refused there as by us', async () => {
  const run = join(folder, 'run')
  await finishedRun(run)
  await login({ withToken: true, input: Readable.from([token]), output: { write: () => true }, signal: new AbortController().signal })
  await publish(run, { token, endpoint: hub.endpoint }, { repository: 'tickets', private: true, signal: new AbortController().signal, onProgress: () => {} })
  const hash = (name: string) => createHash('sha256').update(readFileSync(join(run, name))).digest('hex')
  expect(await ask('publish.py', { published: 'mara/tickets', own: 'mara/python' })).toEqual({
    who: 'mara', token, library: 'transformers', private: true,
    results: [['accuracy', 0.9, 'tickets'], ['f1', 0.88, 'tickets'], ['loss', 0.5, 'tickets']],
    files: expect.objectContaining({ 'model.safetensors': hash('model.safetensors'), 'onnx/model.onnx': hash('onnx/model.onnx'), 'config.json': readFileSync(join(run, 'config.json')).length }),
    own: { url: `${hub.endpoint}/mara/python`, oid: expect.stringMatching(/^[0-9a-f]{40}$/), files: ['.gitattributes', 'config.json', 'model.safetensors', 'onnx/model.onnx'] },
    refused: { exists: 409, stale: 412, elsewhere: 403, card: 'ValueError' },
  })
})
