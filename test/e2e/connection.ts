/** The line between a window and its server, which a journey can cut. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export class Connection {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly port: number

  /** @param target socket of the server, which need not be there yet */
  static async to(target: string): Promise<Connection> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Connection(server, target)
  }

  private constructor(server: Server, target: string) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => {
      const far = connect(target)
      this.#join(near, far)
      this.#join(far, near)
    })
  }

  /** As when a cable is pulled: what is open breaks, nothing new is answered. */
  cut(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async restore(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
