/** The language-model tool `classify_text`: texts in, labels with their scores out, by the model in use. */
import * as vscode from 'vscode'
import { z } from 'zod'
import { classifyRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import { errorText } from './errorText.ts'
import { requireNativeCode } from './nativeCode.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

/** Its name in package.json. */
export const toolName = 'classify_text'

const inputSchema = z.object({ texts: z.array(z.string()).min(1).max(100) })
type Input = z.infer<typeof inputSchema>

export class ClassifyTool implements vscode.LanguageModelTool<Input> {
  readonly #worker: WorkerClient
  readonly #model: ActiveModel

  constructor(worker: WorkerClient, model: ActiveModel) {
    this.#worker = worker
    this.#model = model
  }

  /** It reads and changes nothing of the person's, so it asks for no confirmation. */
  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
    const count = inputSchema.safeParse(input).data?.texts.length ?? 0
    const { name } = this.#model
    return { invocationMessage: name === undefined ? vscode.l10n.t('Looking for the model in use') : count === 1 ? vscode.l10n.t('Classifying a text with {0}', name) : vscode.l10n.t('Classifying {0} texts with {1}', count, name) }
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<Input>, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    requireTrust()
    requireNativeCode()
    const { folder, name } = this.#model
    if (folder === undefined) return answer('No model is in use in Finetune. The user can train one with the command "Finetune: Fine-tune on AG News" or choose one with "Finetune: Choose Model…".')
    const { texts } = inputSchema.parse(input)
    try {
      const { predictions, truncated, maxTokens } = await this.#worker.request(classifyRequest, { folder, texts }, { token })
      const results = predictions.map((prediction, index) => ({ ...prediction, ...truncated[index] ? { note: `only the first ${maxTokens} tokens of the text count` } : {} }))
      return answer(JSON.stringify({ model: name, results }))
    } catch (error) {
      throw new Error(errorText(error), { cause: error })
    }
  }
}

/** What the language model reads: English, whatever the person's language. */
function answer(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)])
}
