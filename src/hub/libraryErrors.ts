/** What @huggingface/hub throws, as a person's message. */
import { HubApiError } from '@huggingface/hub'
import { UserError } from '../protocol/errors.ts'
import { noAnswer } from './account.ts'

/** What the Hub answered, or that it did not, as a person's message; anything else stays what it is. */
export function hubError(error: unknown, endpoint: string): unknown {
  if (error instanceof HubApiError) {
    if (error.statusCode === 401) return new UserError('account.refused', { endpoint })
    return new UserError('account.hub-says', { endpoint, status: error.statusCode, reason: firstSentence(error) })
  }
  return noAnswer(error, endpoint)
}

/** The Hub's own words without the address that the library puts behind them: that can be a signed one. */
function firstSentence({ message, data }: HubApiError): string {
  const said = (data as { error?: unknown } | undefined)?.error
  return typeof said === 'string' ? said : message.replace(/\.? ?URL: .*$/s, '')
}
