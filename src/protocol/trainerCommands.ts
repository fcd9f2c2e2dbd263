/**
 * Commands to the process of a run, over vscode-jsonrpc on a local socket. The first message each way is a greeting: it names the
 * version of this protocol and proves that its sender knows the process's key, without showing it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { NotificationType, RequestType } from 'vscode-jsonrpc/node'
import { z } from 'zod'

export const commandsVersion = 2

const bytes32 = z.string().regex(/^[0-9a-f]{64}$/)

export const greetingSchema = z.strictObject({
  version: z.int(),
  /** Chosen by the client for this connection. */
  nonce: bytes32,
  /** HMAC-SHA256 of who speaks, version and nonce, by the key. */
  proof: bytes32,
})
export type Greeting = z.infer<typeof greetingSchema>

/** `stopWhenAlone`: the run is to stop once all are gone who said so; `continueWhenAlone` takes that back for all of them. */
export const commandSchema = z.strictObject({ command: z.enum(['stop', 'pause', 'resume', 'save', 'stopWhenAlone', 'continueWhenAlone']) })
export type Command = z.infer<typeof commandSchema>

/** An account to publish the finished run with. It is kept in memory, for this once. */
export const publishOrderSchema = z.strictObject({ endpoint: z.url({ protocol: /^https?$/ }), token: z.string().min(1) })
export type PublishOrder = z.infer<typeof publishOrderSchema>
/** Where the model went, or why it did not: a mistake as code and arguments, as UserError has it. */
export type PublishAnswer = { url: string } | { code: string, args: Record<string, string | number> }

export interface PublishProgress {
  /** Of all bytes, from 0 to 1. */
  share: number
  path: string
}

/** Answered by the trainer's own greeting, with the same nonce. */
export const greetRequest = new RequestType<Greeting, Greeting, void>('greet')
/** Answered once the command is taken note of. */
export const commandRequest = new RequestType<Command, void, void>('command')

/** Answered when it is done, or was cancelled. Only a finished run that was to be published waits for it. */
export const publishRequest = new RequestType<PublishOrder, PublishAnswer, void>('publish')
/** Told meanwhile on every connection that an order came on. */
export const publishProgressNotification = new NotificationType<PublishProgress>('publishProgress')

/** @param key 64 hexadecimal digits */
export function greeting(from: 'client' | 'trainer', key: string, nonce: string, version = commandsVersion): Greeting {
  const proof = createHmac('sha256', Buffer.from(key, 'hex')).update(`${from} ${version} ${nonce}`).digest('hex')
  return { version, nonce, proof }
}

/** Whether a greeting was made by one who knows the key. */
export function isProven(from: 'client' | 'trainer', key: string, { version, nonce, proof }: Greeting): boolean {
  return timingSafeEqual(Buffer.from(greeting(from, key, nonce, version).proof), Buffer.from(proof))
}
