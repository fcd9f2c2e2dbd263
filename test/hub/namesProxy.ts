/**
 * A proxy for programs that may ask this machine alone. Every name below localhost is this machine, as in a browser (RFC 6761, 6.3): so those
 * that are pointed at `http://localhost:…` reach the dataset server, which has its name from that of the Hub. Others are refused, and noted.
 */
import { createServer, request, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

export interface NamesProxy {
  /** For the environment of a program. */
  variables: { HTTP_PROXY: string, HTTPS_PROXY: string, NO_PROXY: string }
  /** Names of hosts that were asked for. */
  asked: Set<string>
  /** Those that are not this machine, and were refused, as often as they were asked for. */
  refused: string[]
  close(): void
}

export async function startNamesProxy(): Promise<NamesProxy> {
  const asked = new Set<string>()
  const refused: string[] = []
  function isHere(name: string): boolean {
    asked.add(name)
    if (name === 'localhost' || name === '127.0.0.1' || name.endsWith('.localhost')) return true
    refused.push(name)
    return false
  }
  const server: Server = createServer((incoming, answer) => {
    const { hostname, port, pathname, search } = new URL(incoming.url!)
    if (!isHere(hostname)) return answer.writeHead(403).end()
    const onward = request({ host: '127.0.0.1', port, path: pathname + search, method: incoming.method, headers: incoming.headers }, (got) => {
      answer.writeHead(got.statusCode!, got.headers)
      got.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', ({ url = '' }, socket) => {
    const [name, port] = url.split(':')
    if (!isHere(name)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [onward, socket]) end.on('error', () => { onward.destroy(); socket.destroy() })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    variables: { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '127.0.0.1' },
    asked,
    refused,
    close: () => { server.closeAllConnections(); server.close() },
  }
}
