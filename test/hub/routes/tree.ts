/** The files of a repository at a revision. */
import { createHash } from 'node:crypto'
import { commitOf, findRepository, typeOf } from '../access.ts'
import type { Commit, StoredFile } from '../repositories.ts'
import { Refusal, sendJson, textOf, type Route } from '../route.ts'

export const treeRoutes: Route[] = [
  {
    /**
     * Source: huggingface_hub hf_api.py `list_repo_tree` (entries, `recursive`, `expand`, EntryNotFound for a folder that is
     * not there) and utils/_pagination.py (`Link: <…>; rel="next"`, as GitHub has it); RepoFile and RepoFolder for the fields.
     */
    method: 'GET',
    path: /^\/api\/(models|datasets)\/([\w.-]+(?:\/[\w.-]+)?)\/tree\/([^/]+)(?:\/(.*))?$/,
    handle(call) {
      const [plural, id, revision, folder] = call.parts
      const { hub, response, url } = call
      const repository = findRepository(call, typeOf(plural), id)
      if (repository === undefined) return
      const commit = commitOf(repository, revision)
      const isRecursive = /^true$/i.test(url.searchParams.get('recursive') ?? '')
      const entries = entriesOf(commit, folder.replace(/\/$/, ''), isRecursive)
      if (entries.length === 0 && folder !== '') throw new Refusal(404, `${folder} does not exist on "${revision}"`, { code: 'EntryNotFound' })
      const from = Number(url.searchParams.get('cursor') ?? 0)
      const isExpanded = /^true$/i.test(url.searchParams.get('expand') ?? '')
      const page = entries.slice(from, from + hub.pageSize).map((entry) => isExpanded ? { ...entry, ...lastCommit(commit) } : entry)
      const next = new URL(url)
      next.searchParams.set('cursor', String(from + hub.pageSize))
      sendJson(response, page, { headers: from + hub.pageSize < entries.length ? { link: `<${next.href}>; rel="next"` } : {} })
    },
  },
  {
    /** Source: huggingface_hub hf_api.py `get_paths_info` (a form); @huggingface/hub paths-info.ts (JSON). A path that is not there is left out. */
    method: 'POST',
    path: /^\/api\/(models|datasets)\/([\w.-]+(?:\/[\w.-]+)?)\/paths-info\/([^/]+)$/,
    async handle(call) {
      const [plural, id, revision] = call.parts
      const repository = findRepository(call, typeOf(plural), id)
      if (repository === undefined) return
      const commit = commitOf(repository, revision)
      const body = await textOf(call)
      const isJson = call.request.headers['content-type']?.startsWith('application/json')
      const form = new URLSearchParams(body)
      const { paths, expand } = isJson ? JSON.parse(body) as { paths: string[], expand?: boolean } : { paths: form.getAll('paths'), expand: /^true$/i.test(form.get('expand') ?? '') }
      const all = entriesOf(commit, '', true)
      const found = paths.flatMap((path) => all.filter((entry) => entry.path === path.replace(/^\.?\/+|\/+$/g, '')))
      sendJson(call.response, expand ? found.map((entry) => ({ ...entry, ...lastCommit(commit) })) : found)
    },
  },
]

type Entry = { type: 'file', path: string, oid: string, size: number, lfs?: StoredFile['lfs'] } | { type: 'directory', path: string, oid: string, size: 0 }

/** Files and folders below a folder, or in it alone, by path. */
function entriesOf(commit: Commit, folder: string, isRecursive: boolean): Entry[] {
  const below = folder === '' ? '' : `${folder}/`
  const entries = new Map<string, Entry>()
  for (const { path, oid, size, lfs } of commit.files.values()) {
    if (!path.startsWith(below)) continue
    const names = path.slice(below.length).split('/')
    for (let depth = 1; depth < (isRecursive ? names.length : Math.min(names.length, 2)); depth++) {
      const directory = below + names.slice(0, depth).join('/')
      entries.set(`${directory}/`, { type: 'directory', path: directory, oid: createHash('sha1').update(directory).digest('hex'), size: 0 })
    }
    if (isRecursive || names.length === 1) entries.set(path, { type: 'file', path, oid, size, ...lfs ? { lfs } : {} })
  }
  return [...entries.values()]
}

function lastCommit({ oid, title, date }: Commit): object {
  return { lastCommit: { id: oid, title, date: date.toISOString() }, securityFileStatus: { status: 'safe', avScan: null, pickleImportScan: null } }
}
