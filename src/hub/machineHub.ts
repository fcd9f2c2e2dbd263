/** The Hub as this machine is set up for it: its address, the shared cache, the token that Hugging Face's own programs would use. */
import { isExpired, machineToken } from './credentials.ts'
import { hubEnvironment } from './environment.ts'
import type { Hub } from './hubRepository.ts'

/** @param token of an account that is signed in here; that of the machine when not given */
export async function machineHub({ signal, token }: { signal?: AbortSignal, token?: string }, env: NodeJS.ProcessEnv = process.env): Promise<Hub> {
  const environment = hubEnvironment(env)
  const { endpoint } = environment
  const own = token === undefined ? await machineToken(endpoint, env) : undefined
  return { environment, connection: { endpoint, token: token ?? own?.token, isTokenExpired: own && isExpired(own), signal } }
}
