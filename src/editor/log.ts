/** The extension's log. What is said in it, by our processes too, may hold a stranger's text: no line of it can pass for another. */
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'

export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Finetune', { log: true })

  info(text: string): void {
    this.#channel.info(printableLines(text))
  }

  warn(text: string): void {
    this.#channel.warn(printableLines(text))
  }

  /** An error with its stack. */
  error(error: unknown): void {
    this.#channel.error(printableLines(error instanceof Error ? error.stack ?? error.message : String(error)))
  }

  show(): void {
    this.#channel.show()
  }

  dispose(): void {
    this.#channel.dispose()
  }
}

function printableLines(text: string): string {
  return text.trimEnd().split(/\r?\n/).map(printable).join('\n')
}
