/**
 * What we rely on of a Hub. `npm test` asks the local one, so that it stays what the other tests take it for; `npm run test:live` asks the
 * real one the very same, with a person's token, and makes and deletes one private repository there.
 */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteRepo } from '@huggingface/hub'
import { accountOf } from '../../src/hub/account.ts'
import { lookAtDataset, type LookOptions } from '../../src/hub/datasetServer.ts'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { commitFiles, createRepository, repositoryState, requireValidCard } from '../../src/hub/modelRepository.ts'
import { openOAuth } from '../../src/hub/oauth.ts'
import { searchHub } from '../../src/hub/search.ts'
import { clientOf, codeOf, nameOf } from './client.ts'
import { formerDataset, openPlace, publicDataset, publicModel, type ContractPlace } from './contractPlace.ts'

const commitHash = expect.stringMatching(/^[0-9a-f]{40}$/) as string
const contentHash = expect.stringMatching(/^[0-9a-f]{64}$/) as string
const forever = new AbortController().signal
const weights = Buffer.alloc(20_000, 'weights')
let hub: ContractPlace
beforeAll(async () => { hub = await openPlace() })
afterAll(() => hub?.close())

interface Answer {
  status: number
  headers: Headers
  body: unknown
}

async function ask(path: string, { token, ...init }: RequestInit & { token?: string } = {}): Promise<Answer> {
  const response = await fetch(hub.endpoint + path, { ...init, headers: { ...init.headers as Record<string, string>, ...token === undefined ? {} : { authorization: `Bearer ${token}` } } })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

function post(path: string, body: unknown, token = hub.owner.token): Promise<Answer> {
  return ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body), token })
}

/** A request with only the lines of a commit that it is given. */
function commitLines(...lines: unknown[]): Promise<Answer> {
  return post(`/api/models/${hub.throwAway}/commit/main`, [{ key: 'header', value: { summary: 'Contract' } }, ...lines].map((line) => JSON.stringify(line)).join('\n'))
}

const statusAndCode = ({ status, headers }: Answer) => [status, headers.get('x-error-code')]

test('whoami-v2: whose token it is, and that another is nobody\'s', async () => {
  expect((await ask('/api/whoami-v2', { token: hub.owner.token })).body).toMatchObject({ type: 'user', name: hub.owner.name, orgs: expect.any(Array), auth: { type: 'access_token', accessToken: { role: expect.any(String) } } })
  expect((await ask('/api/whoami-v2', { token: 'hf_nobodys' })).status).toBe(401)
  expect((await ask('/api/whoami-v2')).status).toBe(401)
  expect(await codeOf(accountOf({ token: 'hf_nobodys', endpoint: hub.endpoint }))).toBe('account.refused')
})

test('a model: its commit by any name of it, its files, and what is not there', async () => {
  const { body } = await ask(`/api/models/${publicModel}`) as { body: { sha: string } }
  expect(body).toMatchObject({ id: publicModel, sha: commitHash, private: false, gated: false, tags: expect.any(Array), siblings: expect.arrayContaining([{ rfilename: 'config.json' }]) })
  for (const revision of ['main', body.sha]) expect((await ask(`/api/models/${publicModel}/revision/${revision}`)).body).toMatchObject({ sha: body.sha })
  expect(statusAndCode(await ask(`/api/models/${publicModel}/revision/no-such-branch`))).toEqual([404, 'RevisionNotFound'])
  expect((await ask(`/api/models/${hub.owner.name}/no-such-model`)).status).toBe(401)
  expect(statusAndCode(await ask(`/api/models/${hub.owner.name}/no-such-model`, { token: hub.owner.token }))).toEqual([404, 'RepoNotFound'])
})

test('a dataset by its former name', async () => {
  const { status, headers } = await ask(`/api/datasets/${formerDataset}`, { redirect: 'manual' })
  expect([301, 302, 307, 308]).toContain(status)
  expect(headers.get('location')).toContain(publicDataset)
  expect((await ask(`/api/datasets/${formerDataset}`)).body).toMatchObject({ id: publicDataset, sha: commitHash })
})

test('the tree of a commit: sizes, git\'s hashes, and those of large files', async () => {
  const { body } = await ask(`/api/models/${publicModel}/tree/main?recursive=true`) as { body: { path: string }[] }
  expect(body.find(({ path }) => path === 'config.json')).toMatchObject({ type: 'file', size: expect.any(Number), oid: commitHash })
  expect(body.find(({ path }) => path === 'model.safetensors')).toMatchObject({ type: 'file', oid: commitHash, lfs: { oid: contentHash, size: expect.any(Number), pointerSize: expect.any(Number) } })
  expect(statusAndCode(await ask(`/api/models/${publicModel}/tree/main/no-such-folder`))).toEqual([404, 'EntryNotFound'])
  const repository = await openRepository(clientOf(hub), nameOf('model', publicModel))
  expect(repository.paths).toEqual(expect.arrayContaining(['config.json', 'model.safetensors']))
})

test('a small file: its hash as ETag, its commit, and what is not there', async () => {
  const repository = await openRepository(clientOf(hub), nameOf('model', publicModel))
  const { status, headers } = await ask(`/${publicModel}/resolve/main/config.json`)
  expect(status).toBe(200)
  expect(headers.get('etag')).toMatch(/^(W\/)?"[0-9a-f]{40}"$/)
  const { headers: first } = await ask(`/${publicModel}/resolve/main/config.json`, { redirect: 'manual' })
  expect(first.get('x-repo-commit')).toBe(repository.name.commit)
  const missing = await ask(`/${publicModel}/resolve/main/no-such-file`)
  expect([...statusAndCode(missing), missing.headers.get('x-repo-commit')]).toEqual([404, 'EntryNotFound', repository.name.commit])
  // Its hash is compared on the way.
  await repository.download(['config.json'])
})

test('a large file: a signed link to another origin that takes ranges and no token', async () => {
  const path = `/${publicModel}/resolve/main/model.safetensors`
  const { status, headers } = await ask(path, { redirect: 'manual' })
  const link = new URL(headers.get('location')!)
  expect([status, headers.get('x-linked-etag')]).toEqual([302, expect.stringMatching(/^"[0-9a-f]{64}"$/)])
  expect(Number(headers.get('x-linked-size'))).toBeGreaterThan(1000)
  expect(link.origin).not.toBe(new URL(hub.endpoint).origin)
  const part = await fetch(link, { headers: { range: 'bytes=10-19', 'accept-encoding': 'identity' } })
  expect([part.status, part.headers.get('content-range'), (await part.arrayBuffer()).byteLength]).toEqual([206, `bytes 10-19/${headers.get('x-linked-size')}`, 10])
  expect((await fetch(link.href.replace(/Signature=[^&]+/, 'Signature=x'))).ok).toBe(false)
})

test('search: models that fit, the most used first', async () => {
  const found = await searchHub(clientOf(hub).connection, 'model', 'distilbert', 2)
  expect(found).toEqual(Array(2).fill({ id: expect.stringMatching(/distilbert/i), downloads: expect.any(Number), likes: expect.any(Number), isGated: expect.any(Boolean), license: 'apache-2.0', task: expect.toBeOneOf([expect.any(String), null]), bytes: expect.toBeOneOf([expect.any(Number), null]), rows: null }))
  expect(found[0]!.downloads).toBeGreaterThanOrEqual(found[1]!.downloads)
})

test('the dataset server: subsets, splits, rows, counts of labels, without a token', async () => {
  const options: LookOptions = { config: null, choose: (splits) => ({ train: splits.find((split) => split === 'train'), evaluation: splits.find((split) => split === 'test') }) }
  const seen = await lookAtDataset(clientOf({ endpoint: hub.datasetServer }).connection, publicDataset, options)
  expect(seen).toMatchObject({ train: { split: 'train', rows: expect.any(Number) }, evaluation: { split: 'test', rows: expect.any(Number) }, columns: ['text', 'label'], counts: { label: { World: expect.any(Number), Sports: expect.any(Number), Business: expect.any(Number), 'Sci/Tech': expect.any(Number) } } })
  expect(seen.rows[0]).toEqual({ text: expect.any(String), label: expect.stringMatching(/^(World|Sports|Business|Sci\/Tech)$/) })
  expect(await codeOf(lookAtDataset(clientOf({ endpoint: hub.datasetServer }).connection, `${hub.owner.name}/no-such-dataset`, options))).toBe('hub.no-look')
})

test('the parquet files of a dataset', async () => {
  const { body } = await ask(`/api/datasets/${publicDataset}/parquet`)
  expect(body).toEqual({ default: { train: [`${hub.endpoint}/api/datasets/${publicDataset}/parquet/default/train/0.parquet`], test: [`${hub.endpoint}/api/datasets/${publicDataset}/parquet/default/test/0.parquet`] } })
})

test('cards are checked before they are committed', async () => {
  await requireValidCard('---\nlicense: mit\nlibrary_name: transformers\n---\n# A model\n', hub.owner)
  expect(await codeOf(requireValidCard('---\nlicense: {}\n---\n', hub.owner))).toBe('publish.card')
})

test('OAuth: its endpoints, of one origin, and no application that nobody registered', async () => {
  const metadata = (await openOAuth({ endpoint: hub.endpoint, clientId: 'finetune-contract' })).serverMetadata()
  expect(metadata).toMatchObject({ issuer: hub.endpoint, authorization_endpoint: `${hub.endpoint}/oauth/authorize`, token_endpoint: `${hub.endpoint}/oauth/token`, device_authorization_endpoint: `${hub.endpoint}/oauth/device` })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const refused = await ask('/oauth/device', { method: 'POST', headers: form, body: 'client_id=finetune-contract&scope=openid' })
  expect(refused.status).toBeGreaterThanOrEqual(400)
})

test('a repository of one\'s own: made once, private, nobody else sees it', async () => {
  expect(await repositoryState(hub.throwAway, hub.owner)).toBeUndefined()
  await createRepository(hub.throwAway, true, hub.owner)
  expect(await repositoryState(hub.throwAway, hub.owner)).toEqual({ commit: commitHash, isPrivate: true, isEmpty: true })
  expect(await codeOf(createRepository(hub.throwAway, true, hub.owner))).toBe('publish.name-taken')
  expect((await ask(`/api/models/${hub.throwAway}`)).status).toBe(401)
  const refused = await Promise.all(['a--b', '../b', 'b.git', 'b c'].map((name) => post('/api/repos/create', { name, organization: hub.owner.name })))
  expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400])
  expect((await post('/api/repos/create', { name: 'finetune-contract', organization: 'huggingface' })).status).toBe(403)
})

test('before an upload: which files are large, and a place for those that are not there', async () => {
  const sample = Buffer.from('{}').toString('base64')
  const { body } = await post(`/api/models/${hub.throwAway}/preupload/main`, { files: [{ path: 'config.json', size: 2, sample }, { path: 'model.safetensors', size: weights.length, sample }] })
  expect(body).toMatchObject({ files: [{ path: 'config.json', uploadMode: 'regular' }, { path: 'model.safetensors', uploadMode: 'lfs' }] })
  const oid = createHash('sha256').update(weights).digest('hex')
  const batch = await post(`/${hub.throwAway}.git/info/lfs/objects/batch`, { operation: 'upload', transfers: ['basic', 'multipart'], hash_algo: 'sha_256', ref: { name: 'main' }, objects: [{ oid, size: weights.length }] })
  expect(batch.body).toMatchObject({ objects: [{ oid, size: weights.length, actions: { upload: { href: expect.stringMatching(/^https?:/) } } }] })
  // It is not there yet.
  const before = await repositoryState(hub.throwAway, hub.owner)
  const early = await commitLines({ key: 'lfsFile', value: { path: 'model.safetensors', algo: 'sha256', oid, size: weights.length } })
  expect(early.status).toBeGreaterThanOrEqual(400)
  expect(await repositoryState(hub.throwAway, hub.owner)).toEqual(before)
})

test('one commit of small and large files, after the last one only', async () => {
  const { commit: parent } = (await repositoryState(hub.throwAway, hub.owner))!
  const files = [{ path: 'README.md', content: '---\nlicense: mit\n---\n# Contract\n' }, { path: 'config.json', content: '{}' }, { path: 'onnx/model.safetensors', content: weights.toString() }]
  const options = { title: 'Contract', parent, signal: forever, onProgress: () => {} }
  const made = await commitFiles(hub.throwAway, files, hub.owner, options)
  expect(await repositoryState(hub.throwAway, hub.owner)).toEqual({ commit: made, isPrivate: true, isEmpty: false })
  expect(await codeOf(commitFiles(hub.throwAway, [{ path: 'config.json', content: '{ }' }], hub.owner, options))).toBe('publish.changed-since')
  const { body } = await ask(`/${hub.throwAway}/resolve/${made}/onnx/model.safetensors`, { token: hub.owner.token })
  expect(body).toBe(weights.toString())
})

test('what is refused leaves the repository as it was: a wrong card, a path outside, a token of nobody', async () => {
  const before = await repositoryState(hub.throwAway, hub.owner)
  const file = (path: string, content: string) => ({ key: 'file', value: { path, encoding: 'base64', content: Buffer.from(content).toString('base64') } })
  const refused = [
    await commitLines(file('README.md', '---\nlicense: {}\n---\n')), await commitLines(file('../x', 'x')), await commitLines(file('.git/config', 'x')),
    await post(`/api/models/${hub.throwAway}/commit/main`, JSON.stringify({ key: 'header', value: { summary: 'Contract' } }), 'hf_nobodys'),
  ]
  expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 401])
  expect(await repositoryState(hub.throwAway, hub.owner)).toEqual(before)
})

test('a repository can be deleted', async () => {
  await deleteRepo({ repo: hub.throwAway, hubUrl: hub.endpoint, accessToken: hub.owner.token })
  expect(await repositoryState(hub.throwAway, hub.owner)).toBeUndefined()
})
