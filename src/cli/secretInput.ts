/** A secret from a person or a pipe. It is never an argument: those are seen by every program of the machine. */
import { createInterface } from 'node:readline'
import type { ReadStream } from 'node:tty'
import { Writable } from 'node:stream'
import type { Output } from './runPrinter.ts'

/** What is typed or pasted in a terminal, without showing it; everything that comes through a pipe. */
export async function readSecret(input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>, output: Output, question: string): Promise<string> {
  if (!input.isTTY) return wholeText(input)
  output.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true })
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve)
      // As the system does by default: the terminal is in raw mode here.
      lines.once('SIGINT', () => process.exit(130))
      lines.once('close', () => resolve(''))
    })
  } finally {
    lines.close()
    output.write('\n')
  }
}

async function wholeText(input: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of input) text += String(chunk)
  return text
}
