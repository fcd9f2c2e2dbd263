/**
 * Lets runs stop when the last window closes, where a person wants that: each window keeps a connection to every run that goes on, and the
 * run itself sees when the last one is gone (trainer/company.ts). So neither a reload nor another window that is still open stops it, and
 * a window that crashes counts as closed.
 */
import * as vscode from 'vscode'
import { isLiveState } from '../protocol/panelMessages.ts'
import { connectTrainer } from '../runs/trainerClient.ts'
import type { TrainerConnection } from '../runs/trainerClient.ts'
import { configured, onDidConfigure } from './configuration.ts'
import type { Log } from './log.ts'
import type { Runs } from './runs.ts'

export class Presence implements vscode.Disposable {
  readonly #runs: Runs
  readonly #log: Log
  /** By run folder; undefined while it is made. */
  readonly #connections = new Map<string, TrainerConnection | undefined>()
  readonly #parts: vscode.Disposable[]

  constructor(runs: Runs, log: Log) {
    this.#runs = runs
    this.#log = log
    this.#parts = [runs.onDidChange(() => this.#join()), onDidConfigure('whenWindowCloses', () => this.#configured())]
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
    for (const connection of this.#connections.values()) connection?.close()
  }

  #join(): void {
    if (configured('whenWindowCloses') !== 'stop') return
    for (const { folder, state } of this.#runs.list) {
      if (isLiveState(state) && !this.#connections.has(folder)) void this.#connect(folder)
    }
  }

  async #connect(folder: string): Promise<void> {
    this.#connections.set(folder, undefined)
    try {
      const connection = await connectTrainer(folder)
      this.#connections.set(folder, connection)
      await connection?.stopWhenAlone()
      await connection?.closed
    } catch (error) {
      this.#log.error(error)
    }
    this.#connections.delete(folder)
  }

  #configured(): void {
    if (configured('whenWindowCloses') === 'stop') return this.#join()
    for (const connection of this.#connections.values()) {
      connection?.continueWhenAlone().then(() => connection.close(), (error) => this.#log.error(error))
    }
  }
}
