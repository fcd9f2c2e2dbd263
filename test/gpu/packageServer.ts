/** A package index of our own on 127.0.0.1, as PEP 691 and 503 have them. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'

export interface ServedFile {
  project: string
  file: string
  content: Buffer
  /** Bytes of an answer after which the connection is cut, one for each request; the last ones are whole. */
  cuts?: number[]
  /** How many bytes of the file the client has: it is cut off once it has those, as a cut connection's last bytes may be lost. */
  received?(): number
  /** Whether ranges are answered; they are by default. */
  ranges?: boolean
  /** What is sent in its place, one for each request. */
  wrong?: Buffer[]
}

export interface PackageServer {
  url: URL
  /** Of each request: path, range and authorization. */
  seen: { path: string, range?: string, authorization?: string }[]
}

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

/** Serves until the test ends. */
export async function servePackages(files: readonly ServedFile[], { status = 200, listing }: { status?: number, listing?: unknown } = {}): Promise<PackageServer> {
  const seen: PackageServer['seen'] = []
  const server: Server = createServer((request, response) => {
    const path = request.url!
    const { range, authorization } = request.headers
    seen.push({ path, range, authorization })
    if (status !== 200) return void response.writeHead(status).end('no')
    const [, kind, name] = path.split('/')
    if (kind === 'simple') {
      const listed = files.filter(({ project }) => project === name).map(({ file, content }) => ({ filename: file, url: `/files/${file}`, hashes: { sha256: sha256(content) } }))
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json')
      return void response.end(JSON.stringify(listing ?? { meta: { 'api-version': '1.1' }, name, files: listed }))
    }
    const served = files.find(({ file }) => file === name)
    if (served === undefined) return void response.writeHead(404).end()
    const content = served.wrong?.shift() ?? served.content
    const from = served.ranges === false ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    if (from >= content.length) return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    const body = content.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, ...from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {} })
    const cut = served.cuts?.shift()
    if (cut === undefined) response.end(body)
    else {
      response.write(body.subarray(0, cut))
      void eventually(() => expect(served.received!()).toBe(from + cut)).finally(() => response.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`), seen }
}
