/**
 * The token that this machine already has for the Hub, and which one it is. A token is a secret: it is passed on in memory and in the
 * Authorization header to the endpoint that it is bound to, and nowhere else.
 */
import { renewed } from './renewToken.ts'
import { cleanToken, expiryOf, readStoredTokens, readTokenFile } from './tokenFiles.ts'
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
  /** Where that is known. */
  expires?: Date
}

export interface MachineToken extends Credential {
  source: TokenSource
}

/**
 * The token that Hugging Face's own programs would use here: `HF_TOKEN`, its older name, then the token file. A stored token that is
 * known to come from another endpoint is not taken; one that is about to end is exchanged first, where that is possible.
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
  const now = name === undefined ? { hf_token: token } : await renewed({ token: path, stored: storedTokensPath(env) }, name, fields!, { endpoint, env })
  return { token: now.hf_token, endpoint, source: { kind: 'file', path, name }, expires: expiryOf(now) }
}

/** Whether it is known that the Hub does not take it any more. */
export function isExpired({ expires }: Credential): boolean {
  return expires !== undefined && expires.getTime() <= Date.now()
}
