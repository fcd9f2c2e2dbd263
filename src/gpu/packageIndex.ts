/** Where wheels come from: a package index of Python's, and what is asked of it. */
import { z } from 'zod'
import { HubRefusal } from '../hub/hubRefusal.ts'
import { send, withRetries, type Connection } from '../hub/requests.ts'
import { UserError } from '../protocol/errors.ts'
import type { Wheel } from './packFiles.ts'

/** The simple API of an index (PEP 691). */
const accept = 'application/vnd.pypi.simple.v1+json'
const projectSchema = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string(), hashes: z.record(z.string(), z.string()) })) })

/** The index at an address. @throws UserError where it is none */
export function packageIndex(address: string): URL {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) throw new UserError('gpu.bad-index', { url: withoutPassword(address) })
  return new URL(address.endsWith('/') ? address : `${address}/`)
}

/** The address of a wheel on an index. @throws UserError where the index has none of that name and hash, or does not answer so */
export async function addressOf({ project, file, sha256 }: Wheel, index: URL, connection: Omit<Connection, 'endpoint'> = {}): Promise<URL> {
  const page = new URL(`${project}/`, index)
  const answer = await withRetries({ ...connection, endpoint: index.origin }, async () => {
    const response = await send({ ...connection, endpoint: index.origin }, plain(page).href, { headers: { accept, ...authorization(index) } })
    return response.json().catch(() => undefined) as Promise<unknown>
  }).catch(refused(index))
  const { data } = projectSchema.safeParse(answer)
  if (data === undefined) throw new UserError('gpu.index-answer', { url: withoutPassword(index.href) })
  const found = data.files.find(({ filename, hashes }) => filename === file && hashes.sha256 === sha256)
  if (found === undefined || !URL.canParse(found.url, page.href)) throw new UserError('gpu.no-wheel', { file, url: withoutPassword(index.href) })
  return new URL(found.url, page)
}

/** Says a refusal in words, as that of an index. */
export function refused(index: URL): (error: unknown) => never {
  return (error) => { throw error instanceof HubRefusal ? new UserError('gpu.refused', { url: index.origin, status: error.status }) : error }
}

/** What a request to the index, or to another address of its origin, says of who asks: a name and password may stand in its address. */
export function authorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  return { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` }
}

/** An address without name and password, which fetch does not take. */
export function plain(url: URL): URL {
  return Object.assign(new URL(url), { username: '', password: '' })
}

export function withoutPassword(url: string): string {
  return URL.canParse(url) ? plain(new URL(url)).href : url
}
