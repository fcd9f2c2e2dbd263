/**
 * The token that this machine already has for the Hub, and which one it is. A token is a secret: it is passed on in memory and in the
 * Authorization header to the endpoint that it is bound to, and nowhere else.
 */
import { cleanToken, readStoredTokens, readTokenFile } from './tokenFiles.ts'
import { storedTokensPath, tokenPath } from './tokenPlaces.ts'

/** Where a token was found, in words without the token. */
export type TokenSource =
  | { kind: 'variable', name: 'HF_TOKEN' | 'HUGGING_FACE_HUB_TOKEN' }
  | { kind: 'file', path: string, name?: string }

/** A token with the only endpoint that it may be sent to. */
export interface Credential {
  token: string
  /** Such as `https://huggingface.co`, without a slash at the end. */
  endpoint: string
}

export interface MachineToken extends Credential {
  source: TokenSource
  expires?: Date
}

/**
 * The token that Hugging Face's own programs would use here: `HF_TOKEN`, its older name, then the token file. A stored token that is
 * known to come from another endpoint is not taken.
 */
export async function machineToken(endpoint: string, env: NodeJS.ProcessEnv = process.env): Promise<MachineToken | undefined> {
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'] as const) {
    const token = cleanToken(env[name])
    if (token !== undefined) return { token, endpoint, source: { kind: 'variable', name } }
  }
  const path = tokenPath(env)
  const token = await readTokenFile(path)
  if (token === undefined) return undefined
  const [name, fields] = [...await readStoredTokens(storedTokensPath(env))].find(([, { hf_token }]) => hf_token === token) ?? []
  if (fields?.endpoint !== undefined && fields.endpoint !== endpoint) return undefined
  const seconds = Number(fields?.expires_at)
  return { token, endpoint, source: { kind: 'file', path, name }, expires: seconds > 0 ? new Date(seconds * 1000) : undefined }
}
