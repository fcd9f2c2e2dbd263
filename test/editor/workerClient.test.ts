// A process that dies is told in a person's words, and the next request has a new one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { RequestType } from 'vscode-jsonrpc/node'
import { Log } from '../../src/editor/log.ts'
import { WorkerClient } from '../../src/editor/workerClient.ts'

const said = vi.hoisted(() => [] as string[])
vi.mock('vscode', async () => {
  const editor = await import('./vscode.ts')
  const say = (text: string) => said.push(text)
  return { ...editor, window: { createOutputChannel: () => ({ info: say, warn: say, error: say, dispose() {} }) } }
})

const folder = mkdtempSync(join(tmpdir(), 'finetune-client-'))
const program = join(folder, 'worker.mjs')
let client: WorkerClient
const node = process.execPath
afterEach(() => {
  client.dispose()
  process.execPath = node
  said.length = 0
})
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const ask = new RequestType<{ text: string }, string, never>('ask')
const begin = (script: string) => {
  writeFileSync(program, script)
  client = new WorkerClient(program, new Log())
}

test('one that is killed', async () => {
  begin(`process.on('message', ({ id, params: [{ text }] }) => {
    if (text === 'die') process.kill(process.pid, 'SIGKILL')
    else process.send({ jsonrpc: '2.0', id, result: text })
  })`)
  expect(await client.request(ask, { text: 'a' })).toBe('a')
  await expect(client.request(ask, { text: 'die' })).rejects.toThrow('A process of Finetune ended unexpectedly (SIGKILL): try again')
  expect(said).toEqual(['the worker ended (SIGKILL)'])
  expect(await client.request(ask, { text: 'b' })).toBe('b')
})

test('one that cannot be started', async () => {
  begin('')
  process.execPath = join(folder, 'none')
  await expect(client.request(ask, { text: 'a' })).rejects.toThrow('A process of Finetune ended unexpectedly (ENOENT)')
})

test('what it prints reaches the log line by line, without what a terminal would obey', async () => {
  begin(`process.on('message', ({ id }) => {
    console.error('first\\u001b[2J\\nsecond\\u0007')
    process.stderr.write('', () => process.send({ jsonrpc: '2.0', id, result: '' }))
  })`)
  await client.request(ask, { text: 'a' })
  await expect.poll(() => said).toEqual(['first [2J\nsecond '])
})
