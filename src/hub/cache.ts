/**
 * The cache of Hugging Face's libraries, in its exact layout, so that they and we use each other's files: docs/hub/local-cache.md in
 * hub-docs, and huggingface_hub's file_download.py and _tree_cache.py.
 *
 *     models--owner--name/refs/main                    the commit that the branch was
 *                        /blobs/<etag>                 contents
 *                        /snapshots/<commit>/…         relative links to them
 *                        /.no_exist/<commit>/…         what is known not to be there
 *                        /trees/<commit>.json          all files of the commit
 *     .locks/models--owner--name/<etag>.lock
 */
import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { z } from 'zod'
import { commitPattern, type HubName, type RepositoryType } from '../protocol/hubName.ts'
import { requirePlainPaths, type RepositoryFile } from './repository.ts'

/** Paths of one repository in the cache. */
export class CachedRepository {
  readonly folder: string
  readonly locks: string

  /** The name as it was asked for: Python caches a former name under that name too. */
  constructor(cache: string, type: RepositoryType, id: string) {
    const name = [`${type}s`, ...id.split('/')].join('--')
    this.folder = join(cache, name)
    this.locks = join(cache, '.locks', name)
  }

  blob(etag: string): string {
    return join(this.folder, 'blobs', etag)
  }

  lock(etag: string): string {
    return join(this.locks, `${etag}.lock`)
  }

  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit)
  }

  file(commit: string, path: string): string {
    return join(this.snapshot(commit), ...path.split('/'))
  }

  /** Whether a file is there, whole by its size, and in this repository's own folder: a link that somebody planted leads elsewhere. */
  holds(path: string, size: number): boolean {
    try {
      const found = statSync(path)
      return found.isFile() && found.size === size && realpathSync(path).startsWith(realpathSync(this.folder) + sep)
    } catch {
      return false
    }
  }

  /** The commit that a revision was when it was last asked for; undefined where it never was. */
  async knownCommit(revision: string): Promise<string | undefined> {
    if (commitPattern.test(revision)) return revision
    const text = await readFile(join(this.folder, 'refs', ...revision.split('/')), 'utf8').catch(() => '')
    return commitPattern.test(text) ? text : undefined
  }

  async remember({ revision }: HubName, commit: string): Promise<void> {
    if (revision === commit || await this.knownCommit(revision) === commit) return
    await replace(join(this.folder, 'refs', ...revision.split('/')), commit)
  }

  /** All files of a commit, where that was written down; checked like an answer of the Hub. */
  async knownFiles(commit: string): Promise<RepositoryFile[] | undefined> {
    const text = await readFile(this.#tree(commit), 'utf8').catch(() => undefined)
    const checked = treeSchema.safeParse(text === undefined ? undefined : parsed(text))
    if (!checked.success) return undefined
    const files = Object.entries(checked.data.files).map(([path, { size, blob_id, lfs_sha256, lfs_size }]): RepositoryFile => ({
      path, size: lfs_size ?? size, oid: blob_id, sha256: lfs_sha256,
    }))
    requirePlainPaths(files.map(({ path }) => path), this.folder)
    return files
  }

  async rememberFiles(commit: string, files: readonly RepositoryFile[]): Promise<void> {
    if (existsSync(this.#tree(commit))) return
    const entries = files.map(({ path, size, oid, sha256 }) => [path, { size, blob_id: oid, ...sha256 === undefined ? {} : { lfs_sha256: sha256, lfs_size: size } }])
    await replace(this.#tree(commit), JSON.stringify({ format_version: 1, files: Object.fromEntries(entries) }, null, 1))
  }

  /** Marks files as not there, so that Python does not ask for them at this commit. */
  async rememberMissing(commit: string, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const marker = join(this.folder, '.no_exist', commit, ...path.split('/'))
      if (existsSync(marker)) continue
      await mkdir(dirname(marker), { recursive: true })
      await writeFile(marker, '')
    }
  }

  #tree(commit: string): string {
    return join(this.folder, 'trees', `${commit}.json`)
  }
}

const hex40 = z.string().regex(/^[0-9a-f]{40}$/)
const treeSchema = z.object({
  format_version: z.literal(1),
  files: z.record(z.string(), z.object({
    size: z.int().min(0), blob_id: hex40, lfs_sha256: z.string().regex(/^[0-9a-f]{64}$/).optional(), lfs_size: z.int().min(0).nullish(),
  })),
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What backup programs leave out: bford.info/cachedir. */
const cacheTag = 'Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by huggingface_hub.\n# For information about cache directory tags, see:\n#\thttps://bford.info/cachedir/\n'

/** Makes the cache's folder, marked as a cache. */
export async function makeCache(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const tag = join(cache, 'CACHEDIR.TAG')
  if (!existsSync(tag)) await writeFile(tag, cacheTag, { flag: 'wx' }).catch(() => {})
}

/** Replaces a small file at once: two processes may do so at the same time. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}
