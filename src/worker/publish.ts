/** Publishing for a window: what would go up, and sending it. */
import type { PreviewParams, PublicationPreview, PublishParams, PublishProgress } from '../protocol/workerRequests.ts'
import { preparePublication, suggestedName } from '../publish/publication.ts'
import { publish as publishRun } from '../publish/publish.ts'
import type { Published } from '../publish/publish.ts'

/** @throws UserError for a run that is not finished */
export async function previewPublication({ folder, repository, withExamples }: PreviewParams): Promise<PublicationPreview> {
  const name = repository ?? suggestedName(folder)
  const { files, examples, facts: { base, data } } = await preparePublication(folder, name, withExamples)
  return {
    suggested: suggestedName(folder),
    files: files.map(({ path, bytes }) => ({ path, bytes })),
    card: files.find(({ path }) => path === 'README.md')!.content as string,
    examples,
    base: { name: base.name, license: base.license ?? null },
    data: { name: data.name, license: data.license ?? null },
  }
}

export function publish({ folder, endpoint, token, repository, private: isPrivate, withExamples, parentCommit }: PublishParams, { signal, onProgress }: { signal: AbortSignal, onProgress(done: PublishProgress): void }): Promise<Published> {
  return publishRun(folder, { endpoint, token }, { repository, private: isPrivate, withExamples, parentCommit: parentCommit ?? undefined, signal, onProgress: (share, path) => onProgress({ share, path }) })
}
