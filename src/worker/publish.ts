/** Publishing for a window: what would go up and where, and sending it. */
import { repositoryState } from '../hub/modelRepository.ts'
import type { PublishProgress } from '../protocol/trainerCommands.ts'
import type { FreeRepositoryParams, PreviewParams, PublicationPreview, PublishParams } from '../protocol/workerRequests.ts'
import { wantedRepository } from '../publish/pending.ts'
import { preparePublication, suggestedName } from '../publish/publication.ts'
import { publish as publishRun, requireFree, requireRepository } from '../publish/publish.ts'
import type { Published } from '../publish/publish.ts'

/** @throws UserError for a run that is not finished */
export async function previewPublication({ folder, target, withExamples }: PreviewParams): Promise<PublicationPreview> {
  const suggested = suggestedName(folder)
  const { files, examples, facts: { base, data } } = await preparePublication(folder, target?.repository ?? suggested, withExamples)
  return {
    suggested,
    files: files.map(({ path, bytes }) => ({ path, bytes })),
    card: files.find(({ path }) => path === 'README.md')!.content as string,
    examples,
    existing: target && (await repositoryState(target.repository, target) ?? null),
    base: { name: base.name, license: base.license ?? null },
    data: { name: data.name, license: data.license ?? null },
  }
}

/** @throws UserError where a run could not be published as its settings say */
export async function requireFreeRepository({ settings, ...credential }: FreeRepositoryParams): Promise<void> {
  const wanted = wantedRepository(settings)
  const full = await requireRepository(wanted, credential)
  requireFree(full, await repositoryState(full, credential), wanted)
}

interface Meanwhile {
  signal: AbortSignal
  onProgress(done: PublishProgress): void
}

export function publish({ folder, endpoint, token, parentCommit, ...asked }: PublishParams, { signal, onProgress }: Meanwhile): Promise<Published> {
  const { repository, private: isPrivate, withExamples } = asked
  return publishRun(folder, { endpoint, token }, {
    repository, private: isPrivate, withExamples, parentCommit: parentCommit ?? undefined, signal, onProgress: (share, path) => onProgress({ share, path }),
  })
}
