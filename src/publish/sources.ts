/** What a run learned from, as it may be told to others: names on the Hub with their revisions, never a path of this machine. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { CachedRepository } from '../hub/cache.ts'
import { hubEnvironment } from '../hub/environment.ts'
import type { RepositoryType } from '../protocol/hubName.ts'
import type { HubOrigin } from '../runs/runRecord.ts'

export interface Source {
  /** `distilbert/distilbert-base-uncased`, or the name of a folder or file without where it lies. */
  name: string
  /** Where it is on the Hub. */
  hub?: { id: string, revision?: string }
  /** As its card says. */
  license?: string
}

/** The base model of a run. @param path as its record has it: a name of the Hub where there is an origin */
export function modelSource(path: string, origin: HubOrigin | null = null): Promise<Source> {
  return origin === null ? sourceOf(path, 'models') : hubSource('model', path, origin)
}

/** The data of a run: a folder or files, or a name of the Hub where there is an origin. */
export function dataSource([first, ...others]: readonly string[], origin: HubOrigin | null = null): Promise<Source> {
  if (origin !== null) return hubSource('dataset', first!, origin)
  return sourceOf(first!, 'datasets').then((source) => others.length === 0 || source.hub ? source : { ...source, name: [first!, ...others].map((path) => basename(path)).join(', ') })
}

async function hubSource(type: RepositoryType, path: string, { id, commit }: HubOrigin): Promise<Source> {
  const snapshot = new CachedRepository(hubEnvironment().cache, type, path.replace(/@.*/, '')).snapshot(commit)
  return { name: id, hub: { id, revision: commit }, license: await licenseIn(snapshot) ?? await licenseOnHub(type, id) }
}

const longestAnswer = 10_000

/** For a card that was not downloaded. Asked without a token; where there is no answer the licence is not known. Source: huggingface_hub, hf_api.py, model_info. */
async function licenseOnHub(type: RepositoryType, id: string): Promise<string | undefined> {
  const { endpoint, isOffline } = hubEnvironment()
  if (isOffline) return undefined
  const answer: unknown = await fetch(`${endpoint}/api/${type}s/${id}`, { signal: AbortSignal.timeout(longestAnswer) }).then((response) => response.json(), () => undefined).catch(() => undefined)
  return cardSchema.safeParse(infoSchema.safeParse(answer).data?.cardData).data?.license
}

const infoSchema = z.object({ cardData: z.unknown() })

const cacheFolder = /[\\/](models|datasets)--([^\\/]+?)(?:--([^\\/]+))?[\\/]snapshots[\\/]([0-9a-f]{40})(?:[\\/]|$)/

async function sourceOf(path: string, kind: 'models' | 'datasets'): Promise<Source> {
  const [whole, found, owner, name, revision] = cacheFolder.exec(path) ?? []
  if (whole !== undefined && found === kind) {
    const id = name === undefined ? owner! : `${owner}/${name}`
    return { name: id, hub: { id, revision }, license: await licenseIn(path.slice(0, path.indexOf(whole) + whole.length)) }
  }
  // Of a folder and of a file, the card is in the folder.
  const license = await licenseIn(path) ?? await licenseIn(dirname(path))
  return { name: basename(path), license }
}

const cardSchema = z.object({ license: z.union([z.string(), z.array(z.string()).min(1).transform((all) => all[0]!)]) })

async function licenseIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '')
  const block = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1]
  try {
    return cardSchema.safeParse(parse(block ?? '')).data?.license
  } catch {
    return undefined
  }
}
