/** The Hub that this machine talks to, by the rules of huggingface_hub (constants.py: ENDPOINT). */
import { UserError } from '../protocol/errors.ts'

const standard = 'https://huggingface.co'

/** `HF_ENDPOINT`, else the public Hub; without a slash at the end. @throws UserError for a value that is no web address */
export function hubEndpoint(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.HF_ENDPOINT || standard
  const url = URL.parse?.(given) ?? (URL.canParse(given) ? new URL(given) : null)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw new UserError('account.endpoint', { value: given })
  return given.replace(/\/+$/, '')
}
