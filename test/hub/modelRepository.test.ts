import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Credential } from '../../src/hub/credentials.ts'
import { commitFiles, createRepository, isRepositoryName, repositoryState, requireValidCard, type CommitFile } from '../../src/hub/modelRepository.ts'
import { startHub, type LocalHub } from './hub.ts'
import { addCommit } from './repositories.ts'
import { uploadsOf } from './uploads.ts'

// Nobody waits between tries.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }))

const name = 'mara/news'
const forever = new AbortController().signal
let hub: LocalHub
let mara: Credential
let weights: string
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-publish-'))
  weights = join(folder, 'model.safetensors')
  writeFileSync(weights, Buffer.alloc(100_000, 'weights'))
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara', { role: 'write', organizations: ['acme'] })
  mara = { token: 'hf_mara', endpoint: hub.endpoint }
  return async () => {
    rmSync(folder, { recursive: true })
    await hub.close()
  }
})

function files(): CommitFile[] {
  return [{ path: 'README.md', content: '---\nlicense: mit\n---\n# News' }, { path: 'model.safetensors', content: { file: weights } }, { path: 'onnx/config.json', content: '{}' }]
}

async function commit(credential = mara, options: Partial<Parameters<typeof commitFiles>[3]> = {}, content = files()): Promise<string> {
  const { commit: parent } = (await repositoryState(name, credential))!
  return commitFiles(name, content, credential, { title: 'Model', parent, signal: forever, onProgress: () => {}, ...options })
}

function stored(): Record<string, string> {
  const { files } = hub.repositories[0].refs.get('main')!
  return Object.fromEntries([...files.values()].map(({ path, content }) => [path, createHash('sha256').update(content as Uint8Array).digest('hex').slice(0, 8)]))
}

test('a private repository is made, and all files are in one commit, with progress', async () => {
  expect(await repositoryState(name, mara)).toBeUndefined()
  await createRepository(name, true, mara)
  expect(await repositoryState(name, mara)).toMatchObject({ isPrivate: true, isEmpty: true })
  const shares: string[] = []
  const made = await commit(mara, { onProgress: (path, doing, share) => { if (path === 'model.safetensors') shares.push(`${doing} ${share.toFixed(1)}`) } })
  expect(await repositoryState(name, mara)).toEqual({ commit: made, isPrivate: true, isEmpty: false })
  expect(Object.keys(stored()).sort()).toEqual(['.gitattributes', 'README.md', 'model.safetensors', 'onnx/config.json'])
  expect(hub.repositories[0].refs.get('main')!.files.get('model.safetensors')!.lfs).toMatchObject({ size: 100_000 })
  expect(shares[0]).toMatch(/^hashing 0/)
  expect(shares).toContain('uploading 0.0')
  expect(shares.some((share) => /uploading 0\.[1-9]/.test(share))).toBe(true)
  expect(shares.at(-1)).toBe('uploading 1.0')
})

test('a large file goes in parts, and once more where the storage failed for a moment', async () => {
  uploadsOf(hub).partSize = 30_000
  let failures = 2
  hub.fault = ({ path }) => path.startsWith('/part/2') && failures-- > 0 ? { status: 503 } : undefined
  await createRepository(name, true, mara)
  await commit()
  expect(stored()['model.safetensors']).toBe(createHash('sha256').update(Buffer.alloc(100_000, 'weights')).digest('hex').slice(0, 8))
})

test('what was sent before a break is not sent again', async () => {
  await createRepository(name, true, mara)
  hub.fault = ({ path }) => path.includes('/commit/') ? { cutAfter: 0 } : undefined
  await expect(commit()).rejects.toMatchObject({ code: 'account.no-answer' })
  expect(await repositoryState(name, mara)).toMatchObject({ isEmpty: true })
  const sent = uploadsOf(hub).bytesReceived
  hub.fault = () => undefined
  await commit()
  expect([sent, uploadsOf(hub).bytesReceived]).toEqual([100_000, 100_000])
})

test.each(['/preupload/', '/objects/batch', '/api/complete_multipart', '/commit/'])('where %s fails in passing it is asked again', async (path) => {
  uploadsOf(hub).partSize = 30_000
  await createRepository(name, true, mara)
  for (const fault of [{ status: 503 }, { cutAfter: 0 }]) {
    let failures = 2
    hub.fault = (seen) => seen.path.includes(path) && failures-- > 0 ? fault : undefined
    await commit(mara, {}, [{ path: 'model.onnx', content: { file: weights } }, { path: 'a.txt', content: JSON.stringify(fault) }])
    expect(failures).toBeLessThanOrEqual(0)
    uploadsOf(hub).objects.clear()
  }
})

test.each([1, Infinity])('a commit whose answer is lost %d times is made once, and known as ours', async (times) => {
  await createRepository(name, true, mara)
  let losses = times
  hub.fault = ({ path }) => path.includes('/commit/') && losses-- > 0 ? { losesAnswer: true } : undefined
  const made = await commit()
  const { oid, parent } = hub.repositories[0].refs.get('main')!
  expect(oid).toBe(made)
  expect(parent!.parent).toBeUndefined()
})

test('where another commit came instead, or after it, it is not taken for ours', async () => {
  await createRepository(name, true, mara)
  const theirs = { path: 'README.md', oid: '1'.repeat(40), size: 26, content: Buffer.alloc(26) }
  hub.fault = ({ path }) => {
    if (path.includes('/commit/')) addCommit(hub.repositories[0], [theirs], { title: 'Model' })
    return undefined
  }
  await expect(commit()).rejects.toMatchObject({ code: 'publish.changed-since' })
})

test('a stop in the middle leaves the repository as it was', async () => {
  await createRepository(name, true, mara)
  const stop = new AbortController()
  await expect(commit(mara, { signal: stop.signal, onProgress: (_, doing) => { if (doing === 'uploading') stop.abort(new Error('stopped')) } })).rejects.toThrow('stopped')
  expect(await repositoryState(name, mara)).toMatchObject({ isEmpty: true })
})

test('refused: a stale parent, a name that is taken or wrong, a token that may only read, a namespace of others, a wrong card', async () => {
  await createRepository(name, true, mara)
  const { commit: parent } = (await repositoryState(name, mara))!
  await commit()
  await expect(commit(mara, { parent }, [{ path: 'README.md', content: 'else' }])).rejects.toMatchObject({ code: 'publish.changed-since' })
  await expect(createRepository(name, true, mara)).rejects.toMatchObject({ code: 'publish.name-taken' })
  hub.addAccount('mara', 'hf_reader')
  const reader = { ...mara, token: 'hf_reader' }
  await expect(createRepository('mara/else', true, reader)).rejects.toMatchObject({ code: 'publish.forbidden' })
  await expect(commit(reader)).rejects.toMatchObject({ code: 'publish.forbidden' })
  await expect(createRepository('strangers/news', true, mara)).rejects.toMatchObject({ code: 'publish.forbidden' })
  await createRepository('acme/news', false, mara)
  const before = stored()
  await expect(commit(mara, {}, [{ path: 'README.md', content: '---\nlicense: {}\n---\n' }])).rejects.toMatchObject({ code: 'account.hub-says' })
  expect(stored()).toEqual(before)
  await expect(requireValidCard('---\nlicense: [\n---\n', mara)).rejects.toMatchObject({ code: 'publish.card' })
  await expect(requireValidCard('---\nlicense: mit\n---\n', mara)).resolves.toBeUndefined()
})

test('a token of an application touches only what that application made', async () => {
  hub.addAccount('mara', 'hf_oauth_app', { scopes: ['openid', 'profile', 'contribute-repos'], role: 'fineGrained' })
  const app = { ...mara, token: 'hf_oauth_app' }
  await createRepository('mara/others', false, mara)
  await createRepository('mara/ours', true, app)
  const write = (repository: string) => commitFiles(repository, [{ path: 'config.json', content: '{}' }], app, { title: 'x', parent: hub.repositories.find(({ id }) => id === repository)!.refs.get('main')!.oid, signal: forever, onProgress: () => {} })
  await expect(write('mara/others')).rejects.toMatchObject({ code: 'publish.forbidden' })
  await expect(write('mara/ours')).resolves.toMatch(/^[0-9a-f]{40}$/)
  hub.addAccount('mara', 'hf_oauth_bare', { scopes: ['openid', 'profile'], role: 'fineGrained' })
  await expect(createRepository('mara/new', true, { ...mara, token: 'hf_oauth_bare' })).rejects.toMatchObject({ code: 'publish.forbidden' })
})

test('names of repositories, as huggingface_hub checks them', () => {
  for (const good of ['mara/news', 'a/b', 'Foo-BAR/foo.bar_123']) expect(isRepositoryName(good), good).toBe(true)
  for (const bad of ['news', 'a/b/c', 'a/foo--bar', 'a/foo..bar', 'a/foo.git', 'a/.hidden', 'a/foo-', 'a/', '/b', 'a/b c', `a/${'x'.repeat(97)}`, 'a/../b', 'ä/b']) expect(isRepositoryName(bad), bad).toBe(false)
})
