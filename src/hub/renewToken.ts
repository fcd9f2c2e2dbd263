/**
 * A stored sign-in that is about to end, exchanged for a new one as huggingface_hub's get_token does it (utils/_auth.py): a day before its
 * end, at best; where that fails the old token is used as long as the Hub takes it.
 */
import { UserError } from '../protocol/errors.ts'
import { hubEnvironment } from './environment.ts'
import { whileLocked } from './fileLock.ts'
import { expiryOf, readStoredTokens, replaceToken, type TokenFields, type TokenPaths } from './tokenFiles.ts'

const margin = 24 * 3_600_000
/** Longer than an exchange can take: every request in it has a limit of its own. */
const longestExchange = 120_000

/** The fields to use now. @param fields as they are stored under that name */
export async function renewed(paths: TokenPaths, name: string, fields: TokenFields, { endpoint, env }: { endpoint: string, env: NodeJS.ProcessEnv }): Promise<TokenFields> {
  const expires = expiryOf(fields)
  // That of another application, such as Hugging Face's own command, is for that one to exchange.
  const clientId = fields.client_id ?? env.HF_DEVICE_CODE_OAUTH_CLIENT_ID
  if (expires === undefined || expires.getTime() - margin > Date.now() || !fields.refresh_token || !clientId || hubEnvironment(env).isOffline) return fields
  try {
    // Of our own processes one exchanges it. Python's lock takes native code, which the editor's host has not: see below.
    return await whileLocked(`${paths.stored}.finetune.lock`, longestExchange, async () => {
      const now = (await readStoredTokens(paths.stored)).get(name)
      return now?.hf_token === fields.hf_token ? await exchanged(paths, name, now, { endpoint, clientId }) : now ?? fields
    })
  } catch (error) {
    const isOurs = !(error instanceof UserError) && (error as NodeJS.ErrnoException).code === undefined
    if (isOurs) throw error
    // Python was first, and has used the refresh token up.
    const now = (await readStoredTokens(paths.stored)).get(name)
    return now !== undefined && now.hf_token !== fields.hf_token ? now : fields
  }
}

async function exchanged(paths: TokenPaths, name: string, fields: TokenFields, { endpoint, clientId }: { endpoint: string, clientId: string }): Promise<TokenFields> {
  const { openOAuth, refresh } = await import('./oauth.ts')
  const oauth = await openOAuth({ endpoint, clientId })
  const { accessToken, refreshToken, expires } = await refresh(oauth, { accessToken: fields.hf_token, refreshToken: fields.refresh_token, scopes: [] })
  const now = { ...fields, ...grantFields({ accessToken, refreshToken, expires }) }
  // First of all: the old refresh token is used up.
  await replaceToken(paths, name, fields.hf_token, now)
  return now
}

/** A grant as it is stored. */
export function grantFields({ accessToken, refreshToken, expires }: { accessToken: string, refreshToken?: string, expires?: number }): TokenFields {
  return {
    hf_token: accessToken,
    ...refreshToken === undefined ? {} : { refresh_token: refreshToken },
    ...expires === undefined ? {} : { expires_at: String(Math.floor(expires / 1000)) },
  }
}
