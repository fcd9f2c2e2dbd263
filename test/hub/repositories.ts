/** The repositories of the local Hub: commits of files, kept without git but with git's and LFS's own hashes. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type RepositoryType = 'model' | 'dataset'

/** Bytes in memory, or a file on this machine's disk. */
export type Content = Uint8Array | { file: string }

export interface StoredFile {
  path: string
  /** Of the git blob: for an LFS file, of its pointer. */
  oid: string
  size: number
  lfs?: { oid: string, size: number, pointerSize: number }
  content: Content
}

export interface Commit {
  oid: string
  title: string
  date: Date
  parent: Commit | undefined
  files: ReadonlyMap<string, StoredFile>
}

export interface Repository {
  type: RepositoryType
  id: string
  private: boolean
  gated: false | 'auto' | 'manual'
  /** Names of the accounts that may read a gated repository. */
  granted: Set<string>
  /** Former ids, which redirect here. */
  formerIds: string[]
  /** Branches and others such as `refs/convert/parquet`, by name. */
  refs: Map<string, Commit>
  downloads: number
  likes: number
  createdAt: Date
}

export type RepositoryOptions = Partial<Pick<Repository, 'private' | 'gated' | 'formerIds' | 'downloads' | 'likes'>>

/** A new repository without a commit. */
export function newRepository(type: RepositoryType, id: string, options: RepositoryOptions = {}): Repository {
  return {
    type, id, private: false, gated: false, granted: new Set(), formerIds: [], refs: new Map(), downloads: 0, likes: 0,
    createdAt: new Date('2026-01-01T00:00:00Z'), ...options,
  }
}

/** Puts a commit on a branch, with these files added or replaced, and those named in `removed` gone. */
export function addCommit(repository: Repository, files: readonly StoredFile[], { ref = 'main', title = 'Upload files', removed = [] as readonly string[], orphan = false } = {}): Commit {
  const parent = orphan ? undefined : repository.refs.get(ref)
  const all = new Map(parent?.files)
  for (const path of removed) all.delete(path)
  for (const file of files) all.set(file.path, file)
  const described = JSON.stringify([repository.type, repository.id, title, parent?.oid, [...all.values()].map(({ path, oid }) => [path, oid])])
  const date = new Date((parent?.date ?? repository.createdAt).getTime() + 60_000)
  const commit = { oid: createHash('sha1').update(described).digest('hex'), title, date, parent, files: all }
  repository.refs.set(ref, commit)
  return commit
}

/** The commit of a branch, another ref, or a full commit hash; undefined where there is none. */
export function findCommit(repository: Repository, revision: string): Commit | undefined {
  const atRef = repository.refs.get(revision === 'HEAD' ? 'main' : revision)
  if (atRef !== undefined) return atRef
  for (const last of repository.refs.values()) {
    for (let commit: Commit | undefined = last; commit !== undefined; commit = commit.parent) if (commit.oid === revision) return commit
  }
  return undefined
}

/** The files of a folder on disk, as a repository holds them. */
export async function filesOf(folder: string, below = ''): Promise<StoredFile[]> {
  const files: StoredFile[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) files.push(...await filesOf(folder, path))
    else files.push(await storedFile(path, { file: join(folder, path) }))
  }
  return files
}

/** A file with its hashes. Large and binary files go to LFS, as the Hub's default .gitattributes has it. */
export async function storedFile(path: string, content: Content | string): Promise<StoredFile> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const size = 'file' in bytes ? (await stat(bytes.file)).size : bytes.length
  if (!isLfs(path, size)) return { path, oid: await hash('sha1', bytes, `blob ${size}\0`), size, content: bytes }
  const oid = await hash('sha256', bytes)
  const pointer = lfsPointer(oid, size)
  return { path, oid: await hash('sha1', pointer, `blob ${pointer.length}\0`), size, lfs: { oid, size, pointerSize: pointer.length }, content: bytes }
}

/** What git holds in the place of a large file: git-lfs/docs/spec.md. */
export function lfsPointer(oid: string, size: number): Buffer {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`)
}

const lfsEndings = /\.(7z|arrow|bin|bz2|ckpt|ftz|gz|h5|joblib|lz4|mds|mlmodel|model|msgpack|npy|npz|onnx|ot|parquet|pb|pickle|pkl|pt|pth|rar|safetensors|tar|tflite|tgz|wasm|xz|zip|zst)$/
const largestInGit = 10_000_000

/** The patterns that the Hub writes into a new repository's .gitattributes, and its limit for files outside of LFS. */
export function isLfs(path: string, size: number): boolean {
  return lfsEndings.test(path) || size > largestInGit
}

async function hash(algorithm: string, content: Content, before = ''): Promise<string> {
  const sum = createHash(algorithm).update(before)
  if (!('file' in content)) return sum.update(content).digest('hex')
  for await (const chunk of createReadStream(content.file)) sum.update(chunk as Buffer)
  return sum.digest('hex')
}
