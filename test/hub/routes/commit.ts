/** A commit of files, all or none; and those that were made. */
import { commitOf, findRepository, typeOf } from '../access.ts'
import { checkCard } from '../cards.ts'
import { addCommit, isLfs, lfsPointer, storedFile, type Commit, type StoredFile } from '../repositories.ts'
import { Refusal, sendJson, textOf, type Route } from '../route.ts'
import { uploadsOf } from '../uploads.ts'
import { writableRepository } from '../writing.ts'

type Line =
  | { key: 'header', value: { summary?: string, description?: string, parentCommit?: string } }
  | { key: 'file', value: { path: string, content: string, encoding?: 'utf-8' | 'base64' } }
  | { key: 'lfsFile', value: { path: string, algo: string, oid: string, size?: number } }
  | { key: 'deletedFile' | 'deletedFolder', value: { path: string } }

export const commitRoutes: Route[] = [{
  /** Source: huggingface_hub _commit_api.py `_prepare_commit_payload` and `_send_commit`; @huggingface/hub commit.ts. */
  method: 'POST',
  path: /^\/api\/(models|datasets)\/([\w.-]+\/[\w.-]+)\/commit\/([^/]+)$/,
  async handle(call) {
    const [plural, id, branch] = call.parts
    const repository = writableRepository(call, plural, id)
    if (repository === undefined) return
    const lines = (await textOf(call)).split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Line)
    const header = lines.find((line) => line.key === 'header')
    if (header?.key !== 'header' || !header.value.summary) throw new Refusal(400, 'A commit needs a summary')
    const { summary, parentCommit } = header.value
    if (parentCommit !== undefined && parentCommit !== repository.refs.get(branch)?.oid) throw new Refusal(412, 'A commit has happened since. Please refresh and try again.')
    const objects = uploadsOf(call.hub).objectsOf(repository)
    const files = await Promise.all(lines.flatMap((line) => line.key === 'file' || line.key === 'lfsFile' ? [fileOf(line, objects)] : []))
    const removed = lines.flatMap((line) => line.key === 'deletedFile' ? [line.value.path] : [])
    const commit = addCommit(repository, files, { ref: branch, title: summary, removed })
    if (call.fault?.losesAnswer) return void call.request.socket.destroy()
    sendJson(call.response, { success: true, commitOid: commit.oid, commitUrl: `${call.hub.endpoint}/${id}/commit/${commit.oid}`, hookOutput: '' })
  },
}, {
  /** Source: huggingface_hub hf_api.py `list_repo_commits` and GitCommitInfo; @huggingface/hub list-commits.ts. All on one page. */
  method: 'GET',
  path: /^\/api\/(models|datasets)\/([\w.-]+\/[\w.-]+)\/commits\/([^/]+)$/,
  handle(call) {
    const [plural, id, revision] = call.parts
    const repository = findRepository(call, typeOf(plural), id)
    if (repository === undefined) return
    const commits: object[] = []
    for (let commit: Commit | undefined = commitOf(repository, revision); commit !== undefined; commit = commit.parent) {
      commits.push({ id: commit.oid, title: commit.title, message: '', authors: [{ user: id.split('/')[0], avatar: '' }], date: commit.date.toISOString() })
    }
    sendJson(call.response, commits)
  },
}]

async function fileOf(line: Extract<Line, { key: 'file' | 'lfsFile' }>, objects: ReadonlyMap<string, Uint8Array>): Promise<StoredFile> {
  const { path } = line.value
  if (path === '' || path.startsWith('/') || path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) throw new Refusal(400, `Invalid path: ${path}`)
  if (line.key === 'lfsFile') {
    const content = objects.get(line.value.oid)
    if (content === undefined) throw new Refusal(400, `LFS pointer pointed to a file that does not exist: ${path}`)
    const pointer = lfsPointer(line.value.oid, content.length)
    return { ...await storedFile(`${path}`, content), lfs: { oid: line.value.oid, size: content.length, pointerSize: pointer.length } }
  }
  const content = Buffer.from(line.value.content, line.value.encoding === 'base64' ? 'base64' : 'utf8')
  if (isLfs(path, content.length)) throw new Refusal(400, `Your push was rejected because it contains binary files. Please use LFS: ${path}`)
  if (path === 'README.md') {
    const { errors } = checkCard(content.toString())
    if (errors.length > 0) throw new Refusal(400, `Invalid metadata in README.md: ${errors.map(({ message }) => message).join('; ')}`)
  }
  return storedFile(path, content)
}
