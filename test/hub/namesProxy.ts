/**
 * A proxy for programs that are pointed at `http://localhost:…`, where every name below localhost is this machine, as in a browser
 * (RFC 6761, 6.3): so they reach the dataset server, which has its name from that of the Hub.
 */
import { createServer, request, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

export interface NamesProxy {
  /** For the environment of a program. */
  variables: { HTTP_PROXY: string, NO_PROXY: string }
  /** Names of hosts that were asked for; those that are not this machine were refused. */
  asked: Set<string>
  close(): void
}

export async function startNamesProxy(): Promise<NamesProxy> {
  const asked = new Set<string>()
  function isHere(name: string): boolean {
    asked.add(name)
    return name === 'localhost' || name === '127.0.0.1' || name.endsWith('.localhost')
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
  return {
    variables: { HTTP_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, NO_PROXY: '127.0.0.1' },
    asked,
    close: () => { server.closeAllConnections(); server.close() },
  }
}
