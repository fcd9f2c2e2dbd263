/** `finetune cache`: what lies in the cache that is shared with Hugging Face's own programs, and taking things out of it. */
import { UserError } from '../protocol/errors.ts'
import { hubEnvironment } from '../hub/environment.ts'
import { removeRevisions, scanCache, type CachedRepositoryView } from '../hub/cacheView.ts'
import type { Output } from './runPrinter.ts'
import { table } from './table.ts'
import { bytesText } from './units.ts'

interface Options {
  json: boolean
  output: Output
}

/** Lists models and datasets with their revisions, the largest first. */
export async function listCache({ json, output }: Options): Promise<void> {
  const { cache } = hubEnvironment()
  const found = await scanCache(cache)
  const lines = json ? found.map((repository) => JSON.stringify(repository)) : [...cacheLines(found), `${bytesText(found.reduce((sum, { bytes }) => sum + bytes, 0))} in ${cache}`]
  output.write(lines.map((line) => `${line}\n`).join(''))
}

function cacheLines(found: readonly CachedRepositoryView[]): string[] {
  if (found.length === 0) return ['No models or datasets of the Hub are on this machine.']
  return table([
    ['Name', 'Kind', 'Revision', 'Size', 'Last used'],
    ...found.flatMap(({ id, type, used, revisions }) => revisions.map(({ commit, refs, bytes }) => [
      id, type, [commit.slice(0, 12), ...refs].join(' '), bytesText(bytes), used.toISOString().slice(0, 10),
    ])),
  ], [3])
}

/**
 * Removes a model or dataset, or one of its revisions: `name`, or `name@revision` with a branch, a commit or its first letters.
 * @throws UserError where the cache has none of that name, or it is being downloaded
 */
export async function removeFromCache(name: string, { json, output }: Options): Promise<void> {
  const { cache } = hubEnvironment()
  const [id, revision] = name.split('@')
  const chosen = (await scanCache(cache)).filter((repository) => repository.id === id).map((repository) => ({
    repository, commits: repository.revisions.filter(({ commit, refs }) => revision === undefined || refs.includes(revision) || (revision.length >= 4 && commit.startsWith(revision))).map(({ commit }) => commit),
  })).filter(({ commits }) => commits.length > 0)
  if (chosen.length === 0) throw new UserError('hub.not-in-cache', { name })
  for (const { repository, commits } of chosen) {
    const bytes = await removeRevisions(cache, repository, commits)
    const { type } = repository
    output.write(json ? `${JSON.stringify({ type, id, commits, bytes })}\n` : `Removed the ${type} ${id}, ${bytesText(bytes)}.\n`)
  }
}
