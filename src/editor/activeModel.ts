/** The model that Classify Selection uses: a finished run's, one of the Hub or that of any folder, remembered for all windows. */
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { z } from 'zod'
import { printable } from '../protocol/errors.ts'
import { asLabel } from './plainText.ts'
import { runId } from './runs.ts'

const storedSchema = z.object({ folder: z.string(), name: z.string().optional() })
const key = 'finetune.activeModel'

export class ActiveModel implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChange = this.#changed.event
  readonly #memory: vscode.Memento
  readonly #status = vscode.window.createStatusBarItem('finetune.model', vscode.StatusBarAlignment.Right, 90)

  constructor(memory: vscode.Memento) {
    this.#memory = memory
    this.#status.name = vscode.l10n.t('Finetune: Model in Use')
    this.#status.command = 'finetune.chooseModel'
    this.#show()
  }

  /** Its folder. */
  get folder(): string | undefined {
    return this.#stored?.folder
  }

  get name(): string | undefined {
    return this.#stored && printable(this.#stored.name ?? basename(this.#stored.folder))
  }

  isRun(id: string): boolean {
    return this.folder !== undefined && runId(this.folder) === id
  }

  /** @param name of a model on the Hub: its folder is called by a commit */
  async use(folder: string, name?: string): Promise<void> {
    await this.#memory.update(key, { folder, name } satisfies z.input<typeof storedSchema>)
    this.#show()
    this.#changed.fire()
  }

  /** No model is in use any more. */
  async forget(): Promise<void> {
    await this.#memory.update(key, undefined)
    this.#show()
    this.#changed.fire()
  }

  dispose(): void {
    this.#status.dispose()
    this.#changed.dispose()
  }

  get #stored(): z.output<typeof storedSchema> | undefined {
    return storedSchema.safeParse(this.#memory.get(key)).data
  }

  #show(): void {
    if (this.name === undefined) return this.#status.hide()
    this.#status.text = `$(tag) ${asLabel(this.name)}`
    this.#status.tooltip = vscode.l10n.t('Classify Selection uses the model {0}', this.name)
    this.#status.show()
  }
}
