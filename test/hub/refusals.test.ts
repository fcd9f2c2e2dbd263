/** What the real Hub refuses, asked of the local one without a client in between that would not ask. */
import { beforeEach, expect, test } from 'vitest'
import { startHub, type LocalHub } from './hub.ts'
import { sha256 } from './uploads.ts'

let hub: LocalHub
beforeEach(async () => {
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara', { role: 'write' })
  await hub.add('model', 'mara/news', { 'config.json': '{}' })
  return () => hub.close()
})

function post(path: string, body: unknown, token = 'hf_mara'): Promise<Response> {
  return fetch(hub.endpoint + path, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: typeof body === 'string' ? body : JSON.stringify(body) })
}

function commit(...lines: unknown[]): Promise<Response> {
  return post('/api/models/mara/news/commit/main', [{ key: 'header', value: { summary: 'x' } }, ...lines].map((line) => JSON.stringify(line)).join('\n'))
}

async function uploadUrl(oid: string, size: number): Promise<string> {
  const { objects } = await (await post('/mara/news.git/info/lfs/objects/batch', { operation: 'upload', objects: [{ oid, size }] })).json() as { objects: { actions: { upload: { href: string } } }[] }
  return objects[0].actions.upload.href
}

test('a large file under a wrong hash, with a token, or without the signature of its link', async () => {
  const url = await uploadUrl(sha256(Buffer.from('right')), 5)
  expect((await fetch(url, { method: 'PUT', body: 'wrong' })).status).toBe(400)
  expect((await fetch(url, { method: 'PUT', body: 'right', headers: { authorization: 'Bearer hf_mara' } })).status).toBe(400)
  expect((await fetch(url.replace(/Signature=.*/, 'Signature=x'), { method: 'PUT', body: 'right' })).status).toBe(403)
  expect((await fetch(url, { method: 'PUT', body: 'right' })).status).toBe(200)
})

test('a commit of a large file that was not sent, of a binary file outside LFS, and of a path outside', async () => {
  const oid = sha256(Buffer.from('right'))
  const lfsFile = { key: 'lfsFile', value: { path: 'model.safetensors', algo: 'sha256', oid, size: 5 } }
  expect((await commit(lfsFile)).status).toBe(400)
  await fetch(await uploadUrl(oid, 5), { method: 'PUT', body: 'right' })
  expect((await commit(lfsFile)).status).toBe(200)
  const file = (path: string) => ({ key: 'file', value: { path, content: 'aGk=', encoding: 'base64' } })
  expect((await commit(file('other.safetensors'))).status).toBe(400)
  for (const path of ['../x', '/x', 'a/../x', '.git/config', 'a//x']) expect((await commit(file(path))).status, path).toBe(400)
})

test('a name that is none, nobody, and somebody else', async () => {
  for (const name of ['a--b', '../b', 'b.git', 'b c']) expect((await post('/api/repos/create', { name, organization: 'mara' })).status, name).toBe(400)
  expect((await post('/api/repos/create', { name: 'b', organization: 'else' })).status).toBe(403)
  expect((await fetch(`${hub.endpoint}/api/repos/create`, { method: 'POST', body: '{"name":"b"}' })).status).toBe(401)
  expect((await post('/api/repos/create', { name: 'b' }, 'hf_unknown')).status).toBe(401)
})
