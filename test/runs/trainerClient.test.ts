import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node'
import { commandsVersion, greeting, greetRequest } from '../../src/protocol/trainerCommands.ts'
import { serveCommands, type CommandHandlers } from '../../src/runs/commandServer.ts'
import { processStart } from '../../src/runs/processStart.ts'
import { connectTrainer, killTrainer, trainerLog } from '../../src/runs/trainerClient.ts'
import { logOf, makeEntry, removeOldEntries, writeEntry, type BegunTrainer } from '../../src/runs/trainerEntry.ts'
import { ownUserFolder } from './userFolder.ts'

const user = ownUserFolder()
let folder: string
let other: ChildProcess
let servers: Server[]
beforeEach(async () => {
  folder = join(user.folder, 'run')
  await mkdir(folder)
  folder = await realpath(folder)
  servers = []
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(other, 'spawn')
})
afterEach(() => {
  other.kill('SIGKILL')
  for (const server of servers) server.close()
})

const deaf: CommandHandlers = { stop() {}, pause() {}, resume() {}, save() {}, stopWhenAlone() {}, continueWhenAlone() {}, publish: async () => ({ url: '' }) }
const isAlive = () => other.exitCode === null && other.signalCode === null && other.kill(0)
const key = randomBytes(32).toString('hex')

/** Listens in the user's folder; `serve` gets each connection. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${randomBytes(8).toString('hex')}` : join(user.folder, `s${servers.length}`)
  const server = createServer(serve).listen(address)
  servers.push(server)
  await once(server, 'listening')
  return address
}

async function enter(record: Partial<BegunTrainer>): Promise<string> {
  const entry = await makeEntry()
  await writeEntry(entry, { outcome: 'begun', folder, pid: other.pid!, processStart: null, address: join(user.folder, 'nobody'), key, ...record })
  return entry
}

test('commands go to the process that trains in a folder, by whatever name the folder is called', async () => {
  const entry = await enter({})
  const stop = vi.fn()
  const server = await serveCommands(entry, { ...deaf, stop })
  await writeEntry(entry, { outcome: 'begun', folder, pid: process.pid, processStart: null, address: server.address, key: server.key })
  await symlink(folder, join(user.folder, 'link'))
  const trainer = (await connectTrainer(join(user.folder, 'link')))!
  expect(trainer.pid).toBe(process.pid)
  await trainer.stop()
  expect(stop).toHaveBeenCalledTimes(1)
  await server.close()
  await trainer.closed
  await expect(trainer.stop()).rejects.toMatchObject({ code: 'trainer.ended', args: { folder } })
  expect(await connectTrainer(folder)).toBeUndefined()
})

test('of several that were in a folder the one that lives is found', async () => {
  const alive = await enter({})
  const server = await serveCommands(alive, deaf)
  await writeEntry(alive, { outcome: 'begun', folder, pid: process.pid, processStart: null, address: server.address, key: server.key })
  await enter({})
  const trainer = await connectTrainer(folder)
  expect(trainer?.pid).toBe(process.pid)
  trainer!.close()
  await server.close()
})

test('a planted run folder gets no connection and no signal', async () => {
  const onConnection = vi.fn()
  const address = await listen(onConnection)
  const record = { outcome: 'begun', folder, pid: other.pid, processStart: await processStart(other.pid!), address, key }
  const now = new Date().toISOString()
  const run = { format: 1, state: 'running', created: now, updated: now, process: { pid: other.pid, started: now } }
  for (const name of ['trainer.json', 'run.json', '.lock']) await writeFile(join(folder, name), JSON.stringify({ ...record, ...run }))
  await symlink(address, join(folder, 'socket'))

  expect(await connectTrainer(folder)).toBeUndefined()
  expect(await killTrainer(folder)).toBe(false)
  expect(await trainerLog(folder)).toBeUndefined()
  expect(onConnection).not.toHaveBeenCalled()
  expect(isAlive()).toBe(true)
})

test.skipIf(process.platform === 'win32')('a process is killed only if it is the one that began', async () => {
  const started = (await processStart(other.pid!))!
  expect(started).toMatch(/\d/)
  for (const processStart of [null, '1', `${started} `]) {
    await enter({ processStart })
    expect(await killTrainer(folder)).toBe(false)
  }
  expect(isAlive()).toBe(true)
  await enter({ processStart: started })
  const ended = once(other, 'exit')
  expect(await killTrainer(folder)).toBe(true)
  expect(await ended).toEqual([null, 'SIGKILL'])
  expect(await processStart(other.pid!)).toBeUndefined()
  expect(await killTrainer(folder)).toBe(false)
})

test('whoever listens at an address without knowing its key is told nothing', async () => {
  const heard: string[] = []
  await enter({ address: await listen((socket) => socket.on('data', (bytes) => heard.push(bytes.toString())).on('data', () => socket.write('Content-Length: 2\r\n\r\n{}'))) })
  await enter({ address: await listen((socket) => answering(socket, randomBytes(32).toString('hex'), commandsVersion)) })
  await expect(connectTrainer(folder)).rejects.toMatchObject({ code: 'trainer.no-answer', args: { folder, pid: other.pid } })
  expect(heard.join()).not.toContain(key)
})

test('a process of another version is told from one that does not answer', async () => {
  await enter({ address: await listen((socket) => answering(socket, key, commandsVersion + 1)) })
  await expect(connectTrainer(folder)).rejects.toMatchObject({ code: 'trainer.other-version', args: { folder } })
})

/** Greets as a trainer with that key and version. */
function answering(socket: Socket, key: string, version: number): void {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  connection.onRequest(greetRequest, ({ nonce }) => greeting('trainer', key, nonce, version))
  connection.onError(() => {})
  connection.listen()
}

test('the last logs stay, and whoever lives', async () => {
  const living = await enter({ address: await listen((socket) => socket.destroy()) })
  const dead: string[] = []
  for (let i = 0; i < 24; i++) {
    const entry = i % 2 ? await enter({}) : await makeEntry()
    await writeFile(logOf(entry), `log ${i}`)
    await setTimeout(2) // entries are named by the millisecond
    dead.push(entry)
  }
  await removeOldEntries()
  const left = (await readdir(dirname(living))).map((name) => join(dirname(living), name)).sort()
  expect(left).toEqual([living, ...dead.slice(-20)])
  expect(await readFile((await trainerLog(folder))!, 'utf8')).toBe('log 23')
})
