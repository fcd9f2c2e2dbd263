/** Files on their way into a repository: which of them are large, and where those go. */
import { findCommit, isLfs } from '../repositories.ts'
import { bodyOf, Refusal, sendJson, textOf, type Route } from '../route.ts'
import { sha256, uploadsOf } from '../uploads.ts'
import { writableRepository } from '../writing.ts'

export const uploadRoutes: Route[] = [
  {
    /** Source: huggingface_hub _commit_api.py `_fetch_upload_modes`; @huggingface/hub commit.ts. */
    method: 'POST',
    path: /^\/api\/(models|datasets)\/([\w.-]+\/[\w.-]+)\/preupload\/([^/]+)$/,
    async handle(call) {
      const [plural, id, revision] = call.parts
      const repository = writableRepository(call, plural, id)
      if (repository === undefined) return
      const commit = findCommit(repository, revision)
      if (commit === undefined) throw new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' })
      const { files } = JSON.parse(await textOf(call)) as { files: { path: string, size: number, sample: string }[] }
      sendJson(call.response, {
        files: files.map(({ path, size }) => ({ path, uploadMode: isLfs(path, size) ? 'lfs' : 'regular', shouldIgnore: false, oid: commit.files.get(path)?.oid ?? null })),
        commitOid: commit.oid,
      })
    },
  },
  {
    /**
     * Source: git-lfs/docs/api/batch.md; huggingface_hub lfs.py `post_lfs_batch_info`, `_upload_multi_part` (`chunk_size` and numbered parts in
     * the header of the action), and its `verify` action. Xet is never offered: what is here is the way without it.
     */
    method: 'POST',
    path: /^\/(?:(datasets)\/)?([\w.-]+\/[\w.-]+)\.git\/info\/lfs\/objects\/batch$/,
    async handle(call) {
      const [plural, id] = call.parts
      const { hub } = call
      const repository = writableRepository(call, plural, id)
      if (repository === undefined) return
      const { objects, transfers } = JSON.parse(await textOf(call)) as { objects: { oid: string, size: number }[], transfers?: string[] }
      const uploads = uploadsOf(hub)
      const stored = uploads.objectsOf(repository)
      const inParts = transfers?.includes('multipart') ?? false
      sendJson(call.response, {
        transfer: inParts ? 'multipart' : 'basic',
        objects: objects.map(({ oid, size }) => {
          if (stored.has(oid)) return { oid, size }
          const key = `${repository.type}/${id}/${oid}`
          const verify = { href: `${hub.endpoint}/${plural === '' ? '' : `${plural}/`}${id}.git/info/lfs/objects/verify`, header: {} }
          if (!inParts || size <= uploads.partSize) return { oid, size, authenticated: true, actions: { upload: { href: signed(hub.storage, '/upload', key, hub), header: {} }, verify } }
          const count = Math.ceil(size / uploads.partSize)
          const parts = Array.from({ length: count }, (_, index) => [String(index + 1).padStart(5, '0'), signed(hub.storage, `/part/${index + 1}`, key, hub)])
          const header = { chunk_size: String(uploads.partSize), ...Object.fromEntries(parts) as Record<string, string> }
          return { oid, size, authenticated: true, actions: { upload: { href: signed(hub.endpoint, '/api/complete_multipart', key, hub), header }, verify } }
        }),
      }, { headers: { 'content-type': 'application/vnd.git-lfs+json' } })
    },
  },
  {
    /** Source: huggingface_hub lfs.py `_get_completion_payload` and `_upload_multi_part`. Wrong bytes under a hash are not taken. */
    method: 'POST',
    path: /^\/api\/complete_multipart$/,
    async handle(call) {
      const { hub, response, url } = call
      const key = requireSigned(url, hub)
      const { oid, parts } = JSON.parse(await textOf(call)) as { oid: string, parts: { partNumber: number, etag: string }[] }
      const uploads = uploadsOf(hub)
      const come = uploads.parts.get(key)
      const pieces = parts.map(({ partNumber, etag }) => {
        const bytes = come?.get(partNumber)
        if (bytes === undefined || etag !== `"${sha256(bytes).slice(0, 32)}"`) throw new Refusal(400, 'One or more of the specified parts could not be found.')
        return bytes
      })
      receive(hub, key, oid, Buffer.concat(pieces))
      uploads.parts.delete(key)
      sendJson(response, {})
    },
  },
  {
    /** Source: huggingface_hub lfs.py `lfs_upload`, 3. */
    method: 'POST',
    path: /^\/(?:(datasets)\/)?([\w.-]+\/[\w.-]+)\.git\/info\/lfs\/objects\/verify$/,
    async handle(call) {
      const repository = writableRepository(call, call.parts[0], call.parts[1])
      if (repository === undefined) return
      const { oid, size } = JSON.parse(await textOf(call)) as { oid: string, size: number }
      if (uploadsOf(call.hub).objectsOf(repository).get(oid)?.length !== size) throw new Refusal(404, `LFS object ${oid} is missing or of another size`)
      sendJson(call.response, {})
    },
  },
]

/** At the storage's origin. Source: @huggingface/hub commit.ts (PUT of the whole file, or of a part whose ETag comes back). */
export const uploadStorageRoutes: Route[] = [
  {
    method: 'PUT',
    path: /^\/upload$/,
    async handle({ hub, request, response, url }) {
      const key = requireSigned(url, hub)
      refuseTokens(request.headers.authorization)
      const bytes = await bodyOf(request)
      uploadsOf(hub).bytesReceived += bytes.length
      receive(hub, key, key.split('/').at(-1)!, bytes)
      response.writeHead(200, { etag: `"${sha256(bytes).slice(0, 32)}"`, 'content-length': 0 }).end()
    },
  },
  {
    method: 'PUT',
    path: /^\/part\/(\d+)$/,
    async handle({ hub, request, response, url, parts: [number] }) {
      const key = requireSigned(url, hub)
      refuseTokens(request.headers.authorization)
      const bytes = await bodyOf(request)
      const uploads = uploadsOf(hub)
      uploads.bytesReceived += bytes.length
      uploads.parts.set(key, (uploads.parts.get(key) ?? new Map<number, Uint8Array>()).set(Number(number), bytes))
      response.writeHead(200, { etag: `"${sha256(bytes).slice(0, 32)}"`, 'content-length': 0 }).end()
    },
  },
]

type Hub = Parameters<typeof uploadsOf>[0]

function receive(hub: Hub, key: string, oid: string, bytes: Uint8Array): void {
  if (sha256(bytes) !== oid) throw new Refusal(400, `BadDigest: what came is not ${oid}`)
  const [type, ...rest] = key.split('/')
  const repository = hub.repositories.find((each) => each.type === type && each.id === rest.slice(0, 2).join('/'))!
  uploadsOf(hub).objectsOf(repository).set(oid, bytes)
}

function signed(origin: string, path: string, key: string, hub: Hub): string {
  return `${origin}${path}?key=${encodeURIComponent(key)}&X-Amz-Signature=${hub.signature(path + key)}`
}

function requireSigned(url: URL, hub: Hub): string {
  const key = url.searchParams.get('key') ?? ''
  if (url.searchParams.get('X-Amz-Signature') !== hub.signature(url.pathname + key)) throw new Refusal(403, 'SignatureDoesNotMatch')
  return key
}

function refuseTokens(authorization: string | undefined): void {
  if (authorization !== undefined) throw new Refusal(400, 'Only one auth mechanism allowed')
}
