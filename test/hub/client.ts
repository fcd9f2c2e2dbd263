/** Our own client of the Hub, pointed at a local one, with a cache in a temporary folder. */
import { mkdtempSync, readdirSync, readlinkSync, lstatSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Hub } from '../../src/hub/hubRepository.ts'
import { parseHubName, type HubName, type RepositoryType } from '../../src/protocol/hubName.ts'
import type { UserError } from '../../src/protocol/errors.ts'
import type { LocalHub } from './hub.ts'

export function temporaryCache(): string {
  return mkdtempSync(join(tmpdir(), 'finetune-hub-'))
}

/** A client that does not wait between tries. */
export function clientOf({ endpoint }: Pick<LocalHub, 'endpoint'>, { cache = temporaryCache(), isOffline = false, copiesFiles = false, token, signal, free }: { cache?: string, isOffline?: boolean, copiesFiles?: boolean, token?: string, signal?: AbortSignal, free?: number } = {}): Hub & { waits: number[] } {
  const waits: number[] = []
  const wait = async (milliseconds: number, waitSignal?: AbortSignal) => {
    waits.push(milliseconds / 1000)
    waitSignal?.throwIfAborted()
  }
  return { environment: { endpoint, cache, isOffline, copiesFiles }, connection: { endpoint, token, signal, wait }, ...free === undefined ? {} : { freeSpace: () => free }, waits }
}

export function nameOf(type: RepositoryType, text: string): HubName {
  const name = parseHubName(type, text)
  if (name === undefined) throw new Error(`${text} is no name`)
  return name
}

/** The code of the UserError that an action ends with. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(() => undefined, (thrown: UserError) => thrown)
  expect(error, 'it should fail').toBeDefined()
  return error!.code ?? error!.stack
}

/** Every file under a folder: where a link leads, else what it holds. */
export function contentOf(folder: string, below = ''): Record<string, string> {
  return Object.fromEntries(readdirSync(join(folder, below)).sort().flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    const found = lstatSync(join(folder, path))
    if (found.isSymbolicLink()) return [[path, `-> ${readlinkSync(join(folder, path))}`]]
    return found.isDirectory() ? Object.entries(contentOf(folder, path)) : [[path, readFileSync(join(folder, path), 'utf8')]]
  }))
}
