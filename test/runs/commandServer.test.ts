import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMessageConnection, SocketMessageReader, SocketMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node'
import { commandRequest, commandsVersion, greeting, greetRequest, isProven } from '../../src/protocol/trainerCommands.ts'
import { serveCommands, type CommandServer } from '../../src/runs/commandServer.ts'

const handlers = { stop: vi.fn(), pause: vi.fn(), resume: vi.fn(), save: vi.fn(), stopWhenAlone: vi.fn(), continueWhenAlone: vi.fn(), publish: vi.fn() }
let entry: string
let server: CommandServer
beforeEach(async () => {
  entry = await mkdtemp(join(tmpdir(), 'finetune-entry-'))
  server = await serveCommands(entry, handlers)
})
afterEach(async () => {
  await server.close()
  await rm(entry, { recursive: true })
  for (const handler of Object.values(handlers)) {
    expect(handler).not.toHaveBeenCalled()
    handler.mockClear()
  }
})

const nonce = randomBytes(32).toString('hex')

async function open(): Promise<{ socket: Socket, connection: MessageConnection, closed: Promise<unknown> }> {
  const socket = connect(server.address)
  await once(socket, 'connect')
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  connection.onError(() => {})
  connection.onClose(() => connection.dispose())
  connection.listen()
  return { socket, connection, closed: once(socket, 'close') }
}

test('who knows the key is greeted by one who knows it too, and each command does its own', async () => {
  const { connection } = await open()
  const answer = await connection.sendRequest(greetRequest, greeting('client', server.key, nonce))
  expect(answer).toMatchObject({ version: commandsVersion, nonce })
  expect(isProven('trainer', server.key, answer)).toBe(true)
  for (const command of ['stop', 'pause', 'resume', 'save', 'stopWhenAlone', 'continueWhenAlone'] as const) {
    await connection.sendRequest(commandRequest, { command })
    expect(handlers[command]).toHaveBeenCalledTimes(1)
    for (const handler of Object.values(handlers)) handler.mockClear()
  }
  connection.dispose()
})

test('a command comes with the end of its connection: who asked is gone then, however that came', async () => {
  const { connection, socket } = await open()
  await connection.sendRequest(greetRequest, greeting('client', server.key, nonce))
  await connection.sendRequest(commandRequest, { command: 'stopWhenAlone' })
  const [closed] = handlers.stopWhenAlone.mock.calls[0] as [Promise<void>]
  handlers.stopWhenAlone.mockClear()
  let isGone = false
  void closed.then(() => { isGone = true })
  await new Promise(setImmediate)
  expect(isGone).toBe(false)
  socket.destroy()
  await closed
})

test('the key is never sent, and a proof is worth nothing for another side, nonce or version', () => {
  const sent = greeting('client', server.key, nonce)
  expect(JSON.stringify(sent)).not.toContain(server.key)
  expect(isProven('client', server.key, sent)).toBe(true)
  expect(isProven('trainer', server.key, sent)).toBe(false)
  expect(isProven('client', server.key, { ...sent, nonce: randomBytes(32).toString('hex') })).toBe(false)
  expect(isProven('client', server.key, { ...sent, version: commandsVersion + 1 })).toBe(false)
})

test.each<[string, () => unknown]>([
  ['another key', () => greeting('client', randomBytes(32).toString('hex'), nonce)],
  ['a proof of the other side', () => greeting('trainer', server.key, nonce)],
  ['no proof', () => ({ version: commandsVersion, nonce })],
  ['a proof of another length', () => ({ ...greeting('client', server.key, nonce), proof: '00' })],
  ['the key itself', () => ({ version: commandsVersion, nonce, proof: server.key })],
])('a greeting with %s closes the connection', async (_, given) => {
  const { connection, closed } = await open()
  await expect(connection.sendRequest(greetRequest, given() as never)).rejects.toThrow()
  await closed
})

test('a command before the greeting closes the connection', async () => {
  const { connection, closed } = await open()
  await expect(connection.sendRequest(commandRequest, { command: 'stop' })).rejects.toThrow()
  await closed
})

test('what is no command is refused, and the connection stays', async () => {
  const { connection } = await open()
  await connection.sendRequest(greetRequest, greeting('client', server.key, nonce))
  for (const given of [{ command: 'exit' }, { command: 'stop', more: 1 }, {}, null]) {
    await expect(connection.sendRequest(commandRequest, given as never)).rejects.toThrow('no such command')
  }
  await expect(connection.sendRequest('exec', {})).rejects.toThrow()
  await connection.sendRequest(greetRequest, greeting('client', server.key, nonce))
  connection.dispose()
})

test('who speaks something else is let go of, and others are still served', async () => {
  const { socket, closed } = await open()
  socket.write('GET / HTTP/1.1\r\n\r\nnonsense\r\n\r\n')
  socket.write(`Content-Length: 3\r\n\r\n{{{`)
  await closed
  const { connection } = await open()
  await connection.sendRequest(greetRequest, greeting('client', server.key, nonce))
  connection.dispose()
})

test('closing ends all connections and takes the socket away', async () => {
  const { closed } = await open()
  await server.close()
  await closed
  expect(await readdir(entry)).toEqual([])
})

test.skipIf(process.platform === 'win32')('where the path is too long for a socket it lies in a new folder of this user\'s', async () => {
  const deep = join(entry, 'x'.repeat(120))
  await mkdir(deep)
  const other = await serveCommands(deep, handlers)
  expect(await readdir(deep)).toEqual([])
  expect((await stat(join(other.address, '..'))).mode & 0o777).toBe(0o700)
  await other.close()
  await expect(stat(join(other.address, '..'))).rejects.toThrow('ENOENT')
})

test.skipIf(process.platform === 'win32' || process.getuid!() === 0)('so it does where the disk takes no sockets', async () => {
  const locked = await mkdtemp(join(entry, 'locked-'))
  await chmod(locked, 0o500)
  const other = await serveCommands(locked, handlers)
  expect(other.address.startsWith(locked)).toBe(false)
  await other.close()
})
