/**
 * Where Hugging Face's own programs keep tokens, by the rules of huggingface_hub (constants.py: HF_HOME, HF_TOKEN_PATH,
 * HF_STORED_TOKENS_PATH). Paths may begin with `~` and name variables, as there.
 */
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The file with the token in use: `HF_TOKEN_PATH`, else `token` in `HF_HOME`. */
export function tokenPath(env: Environment = process.env): string {
  return expanded(env.HF_TOKEN_PATH, env) ?? join(hubHome(env), 'token')
}

/** The file with all tokens by name, beside that with the one in use. */
export function storedTokensPath(env: Environment = process.env): string {
  return join(dirname(tokenPath(env)), 'stored_tokens')
}

/** The folder of Hugging Face's own programs, for tokens and the cache. */
export function hubHome(env: Environment): string {
  return expanded(env.HF_HOME, env) ?? join(expanded(env.XDG_CACHE_HOME, env) ?? join(homedir(), '.cache'), 'huggingface')
}

/** os.path.expandvars and expanduser: `$NAME`, `${NAME}` and a leading `~`; an unknown name stays as it is. */
export function expanded(path: string | undefined, env: Environment): string | undefined {
  if (path === undefined || path === '') return undefined
  const filled = path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => env[braced ?? plain!] ?? whole)
  return filled.replace(/^~(?=$|[\\/])/, homedir())
}
