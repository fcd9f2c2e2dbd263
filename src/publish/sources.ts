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
  /** Codes of ISO 639, as its card says. */
  language?: string[]
}

/** The base model of a run. @param path as its record has it: a name of the Hub where there is an origin */
export function modelSource(path: string, origin: HubOrigin | null = null): Promise<Source> {
  return origin === null ? sourceOf(path, 'models') : hubSource('model', path, origin)
}

/** The data of a run: a folder or files, or a name of the Hub where there is an origin. */
export async function dataSource(paths: readonly string[], origin: HubOrigin | null = null): Promise<Source> {
  const first = paths[0]!
  if (origin !== null) return hubSource('dataset', first, origin)
  const source = await sourceOf(first, 'datasets')
  return source.hub ? source : { ...source, name: paths.map((path) => basename(path)).join(', ') }
}

async function hubSource(type: RepositoryType, path: string, { id, commit }: HubOrigin): Promise<Source> {
  const snapshot = new CachedRepository(hubEnvironment().cache, type, path.replace(/@.*/, '')).snapshot(commit)
  return { name: id, hub: { id, revision: commit }, ...await cardIn(snapshot) ?? await cardOnHub(type, id) }
}

const longestAnswer = 10_000

/** Of a card that was not downloaded. Asked without a token; where there is no answer nothing is known. Source: huggingface_hub, hf_api.py, model_info. */
async function cardOnHub(type: RepositoryType, id: string): Promise<Card | undefined> {
  const { endpoint, isOffline } = hubEnvironment()
  if (isOffline) return undefined
  const signal = AbortSignal.timeout(longestAnswer)
  const answer: unknown = await fetch(`${endpoint}/api/${type}s/${id}`, { signal }).then((response) => response.json(), () => undefined).catch(() => undefined)
  return cardSchema.safeParse(infoSchema.safeParse(answer).data?.cardData).data
}

const infoSchema = z.object({ cardData: z.unknown() })

const cacheFolder = /[\\/](models|datasets)--([^\\/]+?)(?:--([^\\/]+))?[\\/]snapshots[\\/]([0-9a-f]{40})(?:[\\/]|$)/

async function sourceOf(path: string, kind: 'models' | 'datasets'): Promise<Source> {
  const [whole, found, owner, name, revision] = cacheFolder.exec(path) ?? []
  if (whole !== undefined && found === kind) {
    const id = name === undefined ? owner! : `${owner}/${name}`
    return { name: id, hub: { id, revision }, ...await cardIn(path.slice(0, path.indexOf(whole) + whole.length)) }
  }
  // Of a folder and of a file, the card is in the folder.
  return { name: basename(path), ...await cardIn(path) ?? await cardIn(dirname(path)) }
}

const one = z.union([z.string(), z.array(z.string()).min(1).transform(([first]) => first!)])
const code = z.string().regex(/^[a-z]{2,3}$/)
const codes = z.union([code.transform((only) => [only]), z.array(code).min(1)])
/** What is not as it should be is not known. */
const cardSchema = z.object({ license: one.optional().catch(undefined), language: codes.optional().catch(undefined) })
type Card = z.infer<typeof cardSchema>

/** Undefined where there is no card. */
async function cardIn(folder: string): Promise<Card | undefined> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '')
  const block = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1]
  try {
    // YAML 1.2 here, where `no` is Norwegian.
    return cardSchema.safeParse(parse(block ?? '')).data
  } catch {
    return undefined
  }
}
