/**
 * The token files of Hugging Face's own programs, read and written as they do (huggingface_hub, utils/_auth.py): `token` holds the one in
 * use, `stored_tokens` all of them by name, in Python's configparser form. Fields that we do not know are kept.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * `hf_token`; of a sign-in with a browser also `refresh_token` and `expires_at` (seconds since 1970). Ours also name the `endpoint` that
 * issued them, and the `client_id` of the application that may exchange them.
 */
export type TokenFields = Record<string, string>

export interface TokenPaths {
  token: string
  stored: string
}

/** When a stored token ends, where that is known. */
export function expiryOf({ expires_at }: TokenFields): Date | undefined {
  return Number(expires_at) > 0 ? new Date(Number(expires_at) * 1000) : undefined
}

/** The token in the file, without blanks and line ends. Undefined where there is none. */
export async function readTokenFile(path: string): Promise<string | undefined> {
  return cleanToken(await readText(path))
}

/** A token as a person or a file gives it, without what is around it. Undefined for nothing. */
export function cleanToken(text: string | undefined): string | undefined {
  return text?.replace(/[\r\n]/g, '').trim() || undefined
}

export async function readStoredTokens(path: string): Promise<Map<string, TokenFields>> {
  const sections = new Map<string, TokenFields>()
  let fields: TokenFields | undefined
  for (const line of (await readText(path) ?? '').split(/\r?\n/)) {
    const section = /^\[(.+)\]\s*$/.exec(line)
    const field = /^([^#;\s[][^=:]*?)\s*[=:]\s*(.*)$/.exec(line)
    if (section) sections.set(section[1], fields = {})
    else if (field && fields) fields[field[1].toLowerCase()] = field[2].trim()
  }
  return sections
}

/** Puts a token under a name, and makes it the one in use. */
export async function storeToken({ token, stored }: TokenPaths, name: string, fields: TokenFields): Promise<void> {
  const sections = await readStoredTokens(stored)
  sections.set(sectionName(name), fields)
  await writeSecret(stored, iniText(sections))
  await writeSecret(token, fields.hf_token)
}

/** Puts a token in the place of one that it was exchanged for; it is in use where that one was. */
export async function replaceToken(paths: TokenPaths, name: string, old: string, fields: TokenFields): Promise<void> {
  const sections = await readStoredTokens(paths.stored)
  await writeSecret(paths.stored, iniText(sections.set(name, fields)))
  if (await readTokenFile(paths.token) === old) await writeSecret(paths.token, fields.hf_token)
}

/** Takes the token in use away, and its entry among the stored ones. @returns its name, where it has one */
export async function removeToken({ token, stored }: TokenPaths): Promise<string | undefined> {
  const current = await readTokenFile(token)
  const sections = await readStoredTokens(stored)
  const name = [...sections].find(([, fields]) => fields.hf_token === current)?.[0]
  if (name !== undefined) {
    sections.delete(name)
    if (sections.size > 0) await writeSecret(stored, iniText(sections))
    else await rm(stored, { force: true })
  }
  await rm(token, { force: true })
  return name
}

/** The configparser form has no way to write these, and reserves one name. */
function sectionName(name: string): string {
  const plain = name.replace(/[\u0000-\u001f\u007f[\]]/g, '').trim()
  return plain === '' || plain === 'DEFAULT' ? 'finetune' : plain
}

function iniText(sections: ReadonlyMap<string, TokenFields>): string {
  const names = [...sections.keys()].sort()
  return names.map((name) => `[${name}]\n${Object.entries(sections.get(name)!).map(([key, value]) => `${key} = ${value}\n`).join('')}\n`).join('')
}

/** All or nothing, for the user alone from the first byte on. A link is followed: its target is what a person keeps elsewhere. */
async function writeSecret(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const target = await realpath(path).catch(() => path)
  const temporary = join(dirname(target), `.tmp-${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
