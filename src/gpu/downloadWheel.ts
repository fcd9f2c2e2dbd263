/** A wheel onto the disk: it goes on where it was cut, and what does not have its hash does not stay. */
import { createHash } from 'node:crypto'
import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HubRefusal } from '../hub/hubRefusal.ts'
import { send, withRetries, type Connection } from '../hub/requests.ts'
import { UserError } from '../protocol/errors.ts'
import { addressOf, authorization, plain, refused } from './packageIndex.ts'
import type { Wheel } from './packFiles.ts'

export interface WheelDownload {
  index: URL
  /** Where wheels are kept until they are unpacked. */
  folder: string
  connection?: Omit<Connection, 'endpoint'>
  /** Told as bytes of it are there, of so many; `total` is about as many until the server has answered. */
  onProgress(bytes: number, total: number): void
}

/** The path of a wheel, whole and right. @throws UserError where it arrives otherwise twice, or not at all */
export async function downloadWheel(wheel: Wheel, download: WheelDownload): Promise<string> {
  const path = join(download.folder, wheel.file)
  for (const isLast of [false, true]) {
    if (!await isWhole(path, wheel)) await receive(path, wheel, download)
    if (await isWhole(path, wheel)) break
    await rm(path)
    if (isLast) throw new UserError('gpu.wrong-content', { file: wheel.file, url: download.index.origin })
  }
  const { size } = await stat(path)
  download.onProgress(size, size)
  return path
}

async function receive(path: string, wheel: Wheel, { index, connection = {}, onProgress }: WheelDownload): Promise<void> {
  const address = await addressOf(wheel, index, connection)
  const headers = address.origin === index.origin ? authorization(index) : {}
  const server = { ...connection, endpoint: address.origin }
  const file = await open(path, 'a+')
  try {
    let length = (await file.stat()).size
    let before = length
    await withRetries(server, async () => {
      before = length
      const request = { headers: { ...headers, 'accept-encoding': 'identity', ...length > 0 ? { range: `bytes=${length}-` } : {} } }
      const response = await send(server, plain(address).href, request).catch(async (error: unknown) => {
        // As much as all of it, or more, is there, and it is wrong: once more from the beginning.
        if (!(error instanceof HubRefusal) || error.status !== 416) throw error
        length = await empty(file)
        return send(server, plain(address).href, { headers: { ...headers, 'accept-encoding': 'identity' } })
      })
      const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
      const isRest = response.status === 206 && Number(range?.[1]) === length
      if (!isRest) length = await empty(file)
      const total = isRest ? Number(range![2]) : Number(response.headers.get('content-length') ?? wheel.bytes)
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        await file.appendFile(chunk)
        length += chunk.length
        onProgress(length, Math.max(total, length))
      }
      if (length < total && response.headers.has('content-length')) throw new TypeError('terminated: the body ended early')
    }, { hasProgressed: () => length > before }).catch(refused(address))
    await file.sync()
  } finally {
    await file.close()
  }
}

async function empty(file: FileHandle): Promise<0> {
  await file.truncate(0)
  return 0
}

/** Whether a file is there that has the wheel's hash. */
async function isWhole(path: string, { sha256 }: Wheel): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const hash = createHash('sha256')
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) hash.update(chunk as Buffer)
    return hash.digest('hex') === sha256
  } finally {
    await file.close()
  }
}
