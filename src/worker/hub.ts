/** The Hub, as a window searches it, and a model of it to classify with. */
import { openRepository } from '../hub/hubRepository.ts'
import { machineHub } from '../hub/machineHub.ts'
import { downloadClassifier } from '../hub/modelSnapshot.ts'
import { searchHub } from '../hub/search.ts'
import { UserError } from '../protocol/errors.ts'
import type { FoundRepository } from '../protocol/hubMessages.ts'
import { parseHubName } from '../protocol/hubName.ts'
import type { FetchClassifierParams, FetchProgress, SearchParams } from '../protocol/workerRequests.ts'

/** @throws UserError where the Hub cannot be asked */
export async function search({ type, words, token }: SearchParams, signal: AbortSignal): Promise<FoundRepository[]> {
  const { environment, connection } = await machineHub({ signal, token: token ?? undefined })
  if (environment.isOffline) throw new UserError('hub.no-search', { endpoint: environment.endpoint })
  return searchHub(connection, type, words)
}

/** The folder of a finished model, downloaded where it is not in the cache. @throws UserError as openRepository and downloadClassifier do */
export async function fetchClassifier({ name, token }: FetchClassifierParams, { signal, onProgress }: { signal: AbortSignal, onProgress(done: FetchProgress): void }): Promise<string> {
  const found = parseHubName('model', name)
  if (found === undefined) throw new Error(`${name} is no name on the Hub`)
  const repository = await openRepository(await machineHub({ signal, token: token ?? undefined }), found)
  return downloadClassifier(repository, ({ file, bytes, size }) => onProgress({ file, bytes, size }))
}
