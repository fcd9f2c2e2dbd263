/** The Hub, as a form searches it. */
import { machineHub } from '../hub/machineHub.ts'
import { searchHub } from '../hub/search.ts'
import { UserError } from '../protocol/errors.ts'
import type { FoundRepository } from '../protocol/hubMessages.ts'
import type { SearchParams } from '../protocol/workerRequests.ts'

/** @throws UserError where the Hub cannot be asked */
export async function search({ type, words, token }: SearchParams, signal: AbortSignal): Promise<FoundRepository[]> {
  const { environment, connection } = await machineHub({ signal, token: token ?? undefined })
  if (environment.isOffline) throw new UserError('hub.no-search', { endpoint: environment.endpoint })
  return searchHub(connection, type, words)
}
