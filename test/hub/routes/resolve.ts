/** The files themselves, by name and revision. */
import { commitOf, findRepository, requireGrant, typeOf } from '../access.ts'
import { lfsPointer } from '../repositories.ts'
import { Refusal, type Call, type Route } from '../route.ts'
import { sendContent } from '../sendContent.ts'

const path = /^\/(?:(datasets)\/)?([\w.-]+(?:\/[\w.-]+)?)\/resolve\/([^/]+)\/(.+)$/
const rawPath = /^\/(?:(datasets)\/)?([\w.-]+(?:\/[\w.-]+)?)\/raw\/([^/]+)\/(.+)$/

/**
 * Source: huggingface_hub file_download.py `get_hf_file_metadata` (X-Repo-Commit, X-Linked-Etag, X-Linked-Size, ETag, Location) and
 * `_get_metadata_or_catch_error` (a 404 EntryNotFound carries X-Repo-Commit); for /raw, @huggingface/hub file-download-info.ts.
 */
export const resolveRoutes: Route[] = [
  { method: 'HEAD', path, handle: resolve },
  { method: 'GET', path, handle: resolve },
  { method: 'HEAD', path: rawPath, handle: raw },
  { method: 'GET', path: rawPath, handle: raw },
]

async function resolve(call: Call): Promise<void> {
  const found = find(call)
  if (found === undefined) return
  const { file, commit } = found
  const { hub, request, response, fault } = call
  const headers = { 'x-repo-commit': commit.oid, 'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(file.path.split('/').at(-1)!)}` }
  if (file.lfs === undefined) {
    return sendContent(request, response, { content: file.content, size: file.size, etag: `"${file.oid}"`, headers, fault })
  }
  const { oid, size } = file.lfs
  const location = `${hub.storage}/repos/${oid}?Signature=${hub.signature(oid)}`
  response.writeHead(302, { ...headers, location, 'x-linked-size': size, 'x-linked-etag': `"${oid}"`, 'accept-ranges': 'bytes', 'content-length': 0 }).end()
}

/** The file as git has it: for an LFS file, its pointer. */
async function raw(call: Call): Promise<void> {
  const found = find(call)
  if (found === undefined) return
  const { file, commit } = found
  const content = file.lfs === undefined ? file.content : lfsPointer(file.lfs.oid, file.lfs.size)
  const size = file.lfs?.pointerSize ?? file.size
  return sendContent(call.request, call.response, { content, size, etag: `"${file.oid}"`, headers: { 'x-repo-commit': commit.oid }, fault: call.fault })
}

function find(call: Call) {
  const [plural, id, revision, name] = call.parts
  const repository = findRepository(call, typeOf(plural), id)
  if (repository === undefined) return undefined
  requireGrant(call, repository)
  const commit = commitOf(repository, revision)
  const file = commit.files.get(name)
  if (file === undefined) throw new Refusal(404, 'Entry not found', { code: 'EntryNotFound', headers: { 'x-repo-commit': commit.oid } })
  return { file, commit }
}
