// What is searched for leaks is found in every place that is looked at: a search that finds nothing must have been able to.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { startHub, type LocalHub } from './hub/hub.ts'
import { Leaks } from './leaks.ts'

const token = 'hf_of_mara_herself'
const mark = `canary-mark-${process.pid}`
let hub: LocalHub
let leaks: Leaks
let folder: string
beforeEach(async () => {
  hub = await startHub()
  hub.addAccount('mara', token, { role: 'write' })
  leaks = new Leaks(hub, mark)
  folder = mkdtempSync(join(tmpdir(), 'finetune-leaks-'))
  return async () => {
    leaks.stop()
    rmSync(folder, { recursive: true })
    await hub.close()
  }
})

const ask = (path: string, body?: unknown) => fetch(hub.endpoint + path, { method: body === undefined ? 'GET' : 'POST', headers: { authorization: `Bearer ${token}` }, body: body === undefined ? undefined : JSON.stringify(body) })

test('a secret in a file, in what was said, in an address and in a text that was sent', async () => {
  expect(leaks.ofSecrets([folder])).toEqual([])
  writeFileSync(join(folder, 'kept'), `{"token":"${token}"}`)
  writeFileSync(join(folder, 'meant'), token)
  leaks.say('log', `asked with ${token}`)
  await ask(`/api/models?search=${token}`)
  await ask('/api/validate-yaml', { content: `---\nlicense: mit\n---\n${token}` })
  expect(leaks.ofSecrets([folder], [join(folder, 'meant')])).toEqual([join(folder, 'kept'), 'log', `GET /api/models?search=${token}`, 'POST /api/validate-yaml'])
})

test('a home in the sample of a file, in a commit, and in what is published by it', async () => {
  const home = '/home/mara-canary'
  await hub.add('model', 'mara/news', { 'config.json': '{}' })
  const content = Buffer.from(`{"path":"${home}/run"}`).toString('base64')
  await ask('/api/models/mara/news/preupload/main', { files: [{ path: 'a.json', size: 9, sample: content }] })
  expect(leaks.ofPerson([home])).toEqual(['POST /api/models/mara/news/preupload/main'])
  const lines = [{ key: 'header', value: { summary: 'x' } }, { key: 'file', value: { path: 'a.json', content, encoding: 'base64' } }]
  const { status } = await fetch(`${hub.endpoint}/api/models/mara/news/commit/main`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: lines.map((line) => JSON.stringify(line)).join('\n') })
  expect(status).toBe(200)
  expect(leaks.ofPerson([home])).toEqual(['POST /api/models/mara/news/preupload/main', 'POST /api/models/mara/news/commit/main', 'mara/news: a.json'])
})

test.skipIf(process.platform !== 'linux')('a secret in the command line or the environment of a process', async () => {
  const wait = 'setTimeout(() => {}, 60_000)'
  const children = [spawn(process.execPath, ['-e', wait, token], { env: { MARK: mark } }), spawn(process.execPath, ['-e', wait], { env: { MARK: mark, HF_TOKEN: token } }), spawn(process.execPath, ['-e', wait], { env: { MARK: mark } })]
  try {
    await vi.waitUntil(() => leaks.processesOf(wait) === 3, { timeout: 20_000 })
    expect(leaks.ofSecrets([]).sort()).toEqual(children.slice(0, 2).map(({ pid }) => `process ${pid}`).sort())
    expect(leaks.processesOf('another program')).toBe(0)
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
})
