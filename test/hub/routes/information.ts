/** What a repository is at a revision. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { commitOf, findRepository, typeOf } from '../access.ts'
import type { Commit, Repository } from '../repositories.ts'
import { Refusal, sendJson, type Call, type Route } from '../route.ts'

export const informationRoutes: Route[] = [
  /** Source: huggingface_hub hf_api.py `model_info` and `dataset_info`, and the fields that ModelInfo and DatasetInfo read. */
  { method: 'GET', path: /^\/api\/(models|datasets)\/([\w.-]+(?:\/[\w.-]+)?)$/, handle: (call) => answer(call, 'HEAD') },
  { method: 'GET', path: /^\/api\/(models|datasets)\/([\w.-]+(?:\/[\w.-]+)?)\/revision\/([^/]+)$/, handle: (call) => answer(call, call.parts[2]) },
  {
    /** Source: huggingface_hub hf_api.py `list_repo_refs`. */
    method: 'GET',
    path: /^\/api\/(models|datasets)\/([\w.-]+(?:\/[\w.-]+)?)\/refs$/,
    handle(call) {
      const repository = findRepository(call, typeOf(call.parts[0]), call.parts[1])
      if (repository === undefined) return
      const refs = [...repository.refs].map(([name, { oid }]) => ({ name, ref: name.startsWith('refs/') ? name : `refs/heads/${name}`, targetCommit: oid }))
      sendJson(call.response, {
        branches: refs.filter(({ name }) => !name.startsWith('refs/')), tags: [],
        converts: refs.filter(({ name }) => name.startsWith('refs/convert/')).map((each) => ({ ...each, name: each.name.slice('refs/convert/'.length) })),
      })
    },
  },
]

async function answer(call: Call, revision: string): Promise<void> {
  const repository = findRepository(call, typeOf(call.parts[0]), call.parts[1])
  if (repository === undefined) return
  const commit = commitOf(repository, revision)
  const all = await information(repository, commit, call.url.searchParams.get('blobs') !== null)
  const expand = [...call.url.searchParams.getAll('expand'), ...call.url.searchParams.getAll('expand[]')]
  if (expand.length === 0) return sendJson(call.response, all)
  const unknown = expand.find((name) => !expandable.includes(name))
  if (unknown !== undefined) throw new Refusal(400, `"expand" must be one of [${expandable.join(', ')}]`)
  sendJson(call.response, Object.fromEntries(Object.entries(all).filter(([name]) => ['_id', 'id', ...expand].includes(name))))
}

/** Source: huggingface_hub hf_api.py ExpandModelProperty_T and ExpandDatasetProperty_T, those of them that this Hub has or leaves out. */
const expandable = [
  'author', 'cardData', 'config', 'createdAt', 'description', 'disabled', 'downloads', 'downloadsAllTime', 'gated', 'lastModified', 'library_name', 'likes',
  'model-index', 'pipeline_tag', 'private', 'safetensors', 'sha', 'siblings', 'tags', 'transformersInfo', 'usedStorage', 'mainSize', 'citation',
]

/** All fields of a repository at a commit; `siblings` tell sizes and hashes where they are asked for (`blobs=True`). */
export async function information(repository: Repository, commit: Commit, blobs: boolean): Promise<Record<string, unknown>> {
  const { type, id } = repository
  const cardData = await cardOf(commit)
  return {
    _id: commit.oid.slice(0, 24), id, ...type === 'model' ? { modelId: id } : {}, author: id.split('/')[0], sha: commit.oid,
    lastModified: commit.date.toISOString(), createdAt: repository.createdAt.toISOString(), private: repository.private, gated: repository.gated,
    disabled: false, downloads: repository.downloads, likes: repository.likes, tags: tagsOf(cardData), cardData,
    ...type === 'model' ? { pipeline_tag: cardData.pipeline_tag, library_name: cardData.library_name, config: await configOf(commit) } : {},
    usedStorage: [...commit.files.values()].reduce((sum, { size }) => sum + size, 0),
    siblings: [...commit.files.values()].map(({ path, size, oid, lfs }) => ({
      rfilename: path, ...blobs ? { size, blobId: oid, ...lfs ? { lfs: { sha256: lfs.oid, size: lfs.size, pointerSize: lfs.pointerSize } } : {} } : {},
    })),
  }
}

async function cardOf(commit: Commit): Promise<Record<string, unknown>> {
  const block = /^---\r?\n([\s\S]*?)\r?\n---/.exec(await textOf(commit, 'README.md') ?? '')?.[1]
  return block === undefined ? {} : parse(block) as Record<string, unknown>
}

async function configOf(commit: Commit): Promise<unknown> {
  const text = await textOf(commit, 'config.json')
  if (text === undefined) return undefined
  const { architectures, model_type } = JSON.parse(text) as Record<string, unknown>
  return { architectures, model_type }
}

async function textOf(commit: Commit, path: string): Promise<string | undefined> {
  const content = commit.files.get(path)?.content
  if (content === undefined) return undefined
  return 'file' in content ? readFile(content.file, 'utf8') : Buffer.from(content).toString()
}

function tagsOf(card: Record<string, unknown>): string[] {
  const named = [['license', card.license], ['language', card.language], ['task_categories', card.task_categories], ['size_categories', card.size_categories]] as const
  return [card.tags ?? [], ...named.map(([name, value]) => [value ?? []].flat().map((each) => `${name}:${String(each)}`))].flat().map(String)
}
