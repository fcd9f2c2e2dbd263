/** Where the Hub and its cache are, by the variables that huggingface_hub reads (constants.py), with its precedence and its words for "yes". */
import { join, resolve } from 'node:path'
import { hubEndpoint } from './endpoint.ts'
import { expanded, hubHome } from './tokenPlaces.ts'

export interface HubEnvironment {
  /** Without a slash at its end. Nothing is fetched from anywhere else, but for where it redirects to. */
  endpoint: string
  /** The cache that is shared with Python. */
  cache: string
  /** Nothing may be fetched. */
  isOffline: boolean
  /** Files are copied into snapshots. Windows without the right to make links does so by itself. */
  copiesFiles: boolean
}

/** @throws UserError for an HF_ENDPOINT that is no address */
export function hubEnvironment(env: NodeJS.ProcessEnv = process.env): HubEnvironment {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE, HF_HUB_DISABLE_SYMLINKS } = env
  return {
    endpoint: hubEndpoint(env),
    cache: resolve(expanded(HF_HUB_CACHE, env) ?? expanded(HUGGINGFACE_HUB_CACHE, env) ?? join(hubHome(env), 'hub')),
    isOffline: isYes(HF_HUB_OFFLINE || TRANSFORMERS_OFFLINE),
    copiesFiles: isYes(HF_HUB_DISABLE_SYMLINKS),
  }
}

function isYes(value: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes((value ?? '').toUpperCase())
}
