/** A process that answers its window's requests over IPC, and ends with it. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from 'vscode-jsonrpc/node'
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node'
import { UserError } from '../protocol/errors.ts'
import type { Mistake } from '../protocol/workerRequests.ts'

/** To be listened on once the handlers are there, each through `answer`. */
export function connectWindow(): MessageConnection {
  process.on('disconnect', () => process.exit())
  return createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process))
}

/** Sends a person's mistake as code and arguments; anything else is a bug, whose stack goes to the log. */
export function answer<Params, Result>(handler: (params: Params, token: CancellationToken) => Promise<Result>) {
  return async (params: Params, token: CancellationToken): Promise<Result | ResponseError<Mistake>> => {
    try {
      return await handler(params, token)
    } catch (error) {
      if (error instanceof UserError) return new ResponseError<Mistake>(1, error.message, { code: error.code, args: error.args })
      console.error(error)
      throw error
    }
  }
}
