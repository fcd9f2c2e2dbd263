/** The socket on which the process of a run takes commands. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessageConnection, ErrorCodes, ResponseError, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node'
import {
  commandRequest, commandSchema, greeting, greetingSchema, greetRequest, isProven, publishOrderSchema, publishProgressNotification, publishRequest,
  type Command, type PublishAnswer, type PublishOrder, type PublishProgress,
} from '../protocol/trainerCommands.ts'

/** What to do about each command. @param closed resolves when the connection that it came on ends */
export type CommandHandlers = Record<Command['command'], (closed: Promise<void>) => void> & {
  /** Publishes the finished run. @param from `givenUp` aborts when who asked no longer wants it */
  publish(order: PublishOrder, from: { closed: Promise<void>, givenUp: AbortSignal, onProgress(done: PublishProgress): void }): Promise<PublishAnswer>
}

export interface CommandServer {
  address: string
  key: string
  close(): Promise<void>
}

/** Longest path of a socket on macOS, in bytes; longer ones would be cut in silence. */
const longestPath = 103
const greetingMilliseconds = 10_000

/** Listens for whoever knows the key. @param entry the folder for the socket, which only this user can open */
export async function serveCommands(entry: string, handlers: CommandHandlers): Promise<CommandServer> {
  const key = randomBytes(32).toString('hex')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    serve(socket, key, handlers)
  })
  const { address, removeFolder } = await listen(server, entry)
  return {
    address,
    key,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
      await removeFolder?.()
    },
  }
}

function serve(socket: Socket, key: string, handlers: CommandHandlers): void {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const silence = setTimeout(() => socket.destroy(), greetingMilliseconds)
  let isKnown = false
  function refuse(): ResponseError<void> {
    socket.destroy()
    return new ResponseError(ErrorCodes.InvalidRequest, 'refused')
  }
  connection.onRequest(greetRequest, (given) => {
    const { data } = greetingSchema.safeParse(given)
    if (data === undefined || !isProven('client', key, data)) return refuse()
    clearTimeout(silence)
    isKnown = true
    return greeting('trainer', key, data.nonce)
  })
  connection.onRequest(commandRequest, (given) => {
    if (!isKnown) return refuse()
    const { data } = commandSchema.safeParse(given)
    if (data === undefined) return new ResponseError(ErrorCodes.InvalidParams, 'no such command')
    handlers[data.command](closed)
  })
  connection.onRequest(publishRequest, (given, cancellation) => {
    if (!isKnown) return refuse()
    const { data } = publishOrderSchema.safeParse(given)
    if (data === undefined) return new ResponseError(ErrorCodes.InvalidParams, 'no account to publish with')
    const giveUp = new AbortController()
    cancellation.onCancellationRequested(() => giveUp.abort())
    return handlers.publish(data, {
      closed, givenUp: giveUp.signal, onProgress: (done) => { if (!socket.destroyed) void connection.sendNotification(publishProgressNotification, done) },
    })
  })
  connection.onClose(() => {
    clearTimeout(silence)
    connection.dispose()
  })
  // A client that went away, or speaks something else: it is let go of, and nothing else happens.
  connection.onError(() => socket.destroy())
  connection.listen()
}

/** In the entry; in a new folder of the system's temporary one where the path is too long or the disk takes no sockets. */
async function listen(server: Server, entry: string): Promise<{ address: string, removeFolder?: () => Promise<void> }> {
  if (process.platform === 'win32') return { address: await listenAt(server, `\\\\.\\pipe\\finetune-${randomBytes(16).toString('hex')}`) }
  const path = join(entry, 'socket')
  if (Buffer.byteLength(path) <= longestPath) {
    const address = await listenAt(server, path).catch(() => undefined)
    if (address !== undefined) return { address }
  }
  const folder = await mkdtemp(join(tmpdir(), 'finetune-'))
  return { address: await listenAt(server, join(folder, 'socket')), removeFolder: () => rm(folder, { recursive: true, force: true }) }
}

function listenAt(server: Server, address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(address, () => {
      server.off('error', reject).on('error', () => {}) // one client that cannot be let in
      resolve(address)
    })
  })
}
