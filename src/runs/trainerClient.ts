/**
 * Commands to the process that trains in a run folder. Nothing that the folder holds is believed: the process is found in a folder
 * of this user alone. No native code is loaded here, so that a window's host can use it.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { createMessageConnection, SocketMessageReader, SocketMessageWriter, type CancellationToken } from 'vscode-jsonrpc/node'
import { UserError, type ErrorArguments, type ErrorCode } from '../protocol/errors.ts'
import {
  commandRequest, commandsVersion, greeting, greetingSchema, greetRequest, isProven, publishProgressNotification, publishRequest,
  type Command, type PublishOrder, type PublishProgress,
} from '../protocol/trainerCommands.ts'
import { processStart } from './processStart.ts'
import { isReachable, logOf, trainersOf, type BegunTrainer } from './trainerEntry.ts'

const answerMilliseconds = 15_000

/**
 * Commands to one process. Each resolves once it is taken note of; what then happens is told by the run's events. It rejects with
 * the UserError `trainer.ended` where the process ends first.
 */
export interface TrainerConnection {
  readonly pid: number
  /** Checkpoint after the step under way, then the end. */
  stop(): Promise<void>
  /** Checkpoint after the step under way, then nothing until `resume`; after ten minutes the device goes to the next in the queue. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Checkpoint after the step under way. */
  save(): Promise<void>
  /**
   * The run is to stop, a minute after the last connection that said so has ended; a terminal's does not. Whoever says the opposite says it
   * for all.
   */
  stopWhenAlone(): Promise<void>
  continueWhenAlone(): Promise<void>
  /**
   * Publishes the finished run, which waits for it. Resolves with its address once that is done. @throws UserError why it was not,
   * `publish.stopped` where this window or another gave it up
   */
  publish(order: PublishOrder, options: { token: CancellationToken, onProgress(done: PublishProgress): void }): Promise<string>
  /** Resolves when the process has ended, or the connection was closed. Never rejects. */
  readonly closed: Promise<void>
  /** Lets go: the process goes on. */
  close(): void
}

/**
 * Connects to the process that trains in a run folder: a trainer, or `finetune train` in a terminal. Undefined where none is.
 * @throws UserError where it does not answer, or is of a version with other commands
 */
export async function connectTrainer(folder: string): Promise<TrainerConnection | undefined> {
  for (const { record } of await trainersOf(folder)) {
    const socket = await openSocket(record.address)
    if (socket === undefined) continue
    try {
      return await greet(socket, record)
    } catch (error) {
      if (await isReachable(record.address)) throw error // otherwise it ended just now
    }
  }
  return undefined
}

/**
 * Ends a process that does not answer, as `kill -9` does; its run can be resumed.
 * @returns false where none is there that certainly is that trainer: nothing is signalled then
 */
export async function killTrainer(folder: string): Promise<boolean> {
  for (const { record: { pid, processStart: started } } of await trainersOf(folder)) {
    if (started === null || await processStart(pid) !== started) continue
    process.kill(pid, 'SIGKILL')
    return true
  }
  return false
}

/** The file with what the last trainer of a run printed, the cause of a crash among it. Undefined where a terminal has that. */
export async function trainerLog(folder: string): Promise<string | undefined> {
  const [last] = await trainersOf(folder)
  return last && existsSync(logOf(last.entry)) ? logOf(last.entry) : undefined
}

/** Undefined where nobody listens any more. */
function openSocket(address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(address, () => resolve(socket))
    socket.on('error', () => resolve(undefined))
  })
}

async function greet(socket: Socket, { key, folder, pid }: BegunTrainer): Promise<TrainerConnection> {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void closed.then(() => connection.dispose())
  connection.onError(() => socket.destroy())
  connection.listen()
  try {
    const nonce = randomBytes(32).toString('hex')
    const answer = greetingSchema.parse(await withinTime(connection.sendRequest(greetRequest, greeting('client', key, nonce))))
    if (answer.nonce !== nonce || !isProven('trainer', key, answer)) throw new Error('it does not know its key')
    if (answer.version !== commandsVersion) throw new UserError('trainer.other-version', { folder })
  } catch (error) {
    socket.destroy()
    throw error instanceof UserError ? error : new UserError('trainer.no-answer', { folder, pid })
  }
  async function untilEnd<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask()
    } catch (error) {
      throw socket.destroyed ? new UserError('trainer.ended', { folder }) : error
    }
  }
  const send = (command: Command['command']) => untilEnd(() => connection.sendRequest(commandRequest, { command }))
  async function publish(order: PublishOrder, { token, onProgress }: Parameters<TrainerConnection['publish']>[1]): Promise<string> {
    connection.onNotification(publishProgressNotification, onProgress)
    const answer = await untilEnd(() => connection.sendRequest(publishRequest, order, token))
    if ('url' in answer) return answer.url
    throw new UserError(answer.code as ErrorCode, answer.args as ErrorArguments<ErrorCode>)
  }
  return {
    pid, closed, close: () => socket.destroy(),
    stop: () => send('stop'), pause: () => send('pause'), resume: () => send('resume'), save: () => send('save'),
    stopWhenAlone: () => send('stopWhenAlone'), continueWhenAlone: () => send('continueWhenAlone'), publish,
  }
}

async function withinTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout
  const silence = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('silence')), answerMilliseconds) })
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer))
}
