/** The cache of the Hub, for the editor's view of it. */
import { bytesFreed, removeRevisions, scanCache } from '../hub/cacheView.ts'
import { hubEnvironment } from '../hub/environment.ts'
import type { CachedRevisions, HubCacheView } from '../protocol/workerRequests.ts'

export async function hubCache(): Promise<HubCacheView> {
  const { cache } = hubEnvironment()
  const repositories = (await scanCache(cache)).map(({ type, id, bytes, used, revisions }) => ({
    type, id, bytes, used: used.getTime(), revisions: revisions.map(({ commit, refs, bytes }) => ({ commit, refs, bytes })),
  }))
  return { folder: cache, repositories }
}

/** @throws UserError for what is not there any more */
export async function freed(revisions: readonly CachedRevisions[]): Promise<number> {
  return each(revisions, bytesFreed)
}

/** @throws UserError for what is not there any more, or is being downloaded: what comes before it is removed */
export async function removeCached(revisions: readonly CachedRevisions[]): Promise<number> {
  return each(revisions, removeRevisions)
}

async function each(revisions: readonly CachedRevisions[], work: typeof removeRevisions): Promise<number> {
  const { cache } = hubEnvironment()
  let bytes = 0
  for (const { type, id, commits } of revisions) bytes += await work(cache, { type, id }, commits)
  return bytes
}
