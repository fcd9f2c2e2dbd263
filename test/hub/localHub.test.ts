/** The local Hub, as Hugging Face's own JavaScript client sees it. Python's clients see it in test/witness. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { datasetInfo, downloadFile, fileDownloadInfo, listFiles, modelInfo, whoAmI } from '@huggingface/hub'
import { startHub, type LocalHub } from './hub.ts'

let hub: LocalHub

beforeAll(async () => {
  hub = await startHub()
  hub.pageSize = 2
  hub.addAccount('ada', 'hf_ada')
  hub.addAccount('bob', 'hf_bob')
  await hub.add('model', 'ada/model', { 'config.json': '{"model_type":"bert"}', 'model.safetensors': Buffer.alloc(5000, 7), 'sub/a.txt': 'a', 'sub/b.txt': 'b' })
  await hub.add('dataset', 'fancyzhx/ag_news', { 'README.md': '---\nlicense: unknown\n---\n# AG News' }, { formerIds: ['ag_news'] })
  await hub.add('model', 'ada/hidden', { 'config.json': '{}' }, { private: true })
  await hub.add('model', 'ada/gated', { 'config.json': '{}' }, { gated: 'manual' })
})

afterAll(() => hub.close())

test('a token is its account\'s, and another is refused', async () => {
  expect(await whoAmI({ accessToken: 'hf_ada', hubUrl: hub.endpoint })).toMatchObject({ name: 'ada', auth: { accessToken: { role: 'read' } } })
  await expect(whoAmI({ accessToken: 'hf_nobody', hubUrl: hub.endpoint })).rejects.toMatchObject({ statusCode: 401 })
})

test('a tree comes in pages', async () => {
  const before = hub.seen.length
  const paths: string[][] = []
  for await (const { type, path } of listFiles({ repo: 'ada/model', recursive: true, hubUrl: hub.endpoint })) paths.push([type, path])
  expect(paths).toEqual([
    ['file', 'config.json'], ['file', 'model.safetensors'], ['directory', 'sub'], ['file', 'sub/a.txt'], ['file', 'sub/b.txt'],
  ])
  expect(hub.seen.length - before).toBe(3)
})

test('a large file is found through a redirect to another origin', async () => {
  const blob = await downloadFile({ repo: 'ada/model', path: 'model.safetensors', hubUrl: hub.endpoint, xet: false })
  expect(Buffer.from(await blob!.arrayBuffer())).toEqual(Buffer.alloc(5000, 7))
  expect(hub.seen.at(-1)).toMatchObject({ origin: 'storage' })
  const info = await fileDownloadInfo({ repo: 'ada/model', path: 'config.json', hubUrl: hub.endpoint })
  expect(info).toMatchObject({ size: 21, etag: expect.stringMatching(/^"[0-9a-f]{40}"$/) as string })
})

test('a renamed dataset leads to its new name', async () => {
  expect(await datasetInfo({ name: 'ag_news', hubUrl: hub.endpoint })).toMatchObject({ name: 'fancyzhx/ag_news' })
})

test('a private model is missing for others, a gated one is there without its files', async () => {
  const status = async (name: string, accessToken?: string) => modelInfo({ name, hubUrl: hub.endpoint, accessToken }).then(() => 200, (error: { statusCode: number }) => error.statusCode)
  expect(await Promise.all([status('ada/hidden'), status('ada/hidden', 'hf_bob'), status('ada/hidden', 'hf_ada'), status('ada/gated')])).toEqual([401, 404, 200, 200])
  const resolve = async (token?: string) => {
    const response = await fetch(`${hub.endpoint}/ada/gated/resolve/main/config.json`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
    return [response.status, response.headers.get('x-error-code')]
  }
  expect(await Promise.all([resolve(), resolve('hf_bob'), resolve('hf_ada')])).toEqual([[401, 'GatedRepo'], [403, 'GatedRepo'], [200, null]])
})

test('a token of an application reads and tells what its scopes name, and no more', async () => {
  await hub.add('model', 'club/gated', { 'config.json': '{}' }, { gated: 'manual' }).then(({ granted }) => granted.add('ada'))
  const allowed = async (...scopes: string[]) => {
    const token = `hf_oauth_${scopes.join('_')}`
    hub.addAccount('ada', token, { role: 'fineGrained', scopes: ['openid', 'profile', ...scopes], organizations: ['club-two'] })
    const headers = { authorization: `Bearer ${token}` }
    const statuses = await Promise.all(['ada/hidden', 'ada/gated', 'club/gated'].map(async (id) => (await fetch(`${hub.endpoint}/${id}/resolve/main/config.json`, { headers })).status))
    const listed = await (await fetch(`${hub.endpoint}/api/models?author=ada&search=hidden`, { headers })).json() as unknown[]
    const { orgs } = await (await fetch(`${hub.endpoint}/api/whoami-v2`, { headers })).json() as { orgs: { name: string }[] }
    return [...statuses, listed.length, orgs.map(({ name }) => name).join()]
  }
  expect(await allowed()).toEqual([404, 403, 403, 0, ''])
  expect(await allowed('gated-repos')).toEqual([404, 403, 200, 0, ''])
  expect(await allowed('read-repos')).toEqual([200, 200, 403, 1, ''])
  expect(await allowed('contribute-repos', 'read-memberships')).toEqual([404, 403, 403, 0, 'club-two'])
})

test('ranges hold while the file is the same, and the storage wants no token', async () => {
  const at = `${hub.endpoint}/ada/model/resolve/main/config.json`
  const { headers } = await fetch(at)
  const ranged = async (ifRange: string) => (await fetch(at, { headers: { range: 'bytes=2-', 'if-range': ifRange } })).status
  expect([await ranged(headers.get('etag')!), await ranged('"other"')]).toEqual([206, 200])
  const link = (await fetch(`${hub.endpoint}/ada/model/resolve/main/model.safetensors`, { redirect: 'manual' })).headers.get('location')!
  expect((await fetch(link, { headers: { authorization: 'Bearer hf_ada' } })).status).toBe(400)
  expect((await fetch(link.slice(0, -1))).status).toBe(403)
})
