/** The way to the editor and back. What comes is checked. */
import type { Draft } from '../src/protocol/formMessages.ts'
import { panelStateSchema, toPanelSchema } from '../src/protocol/panelMessages.ts'
import type { FromPanel, PanelState, ToPanel } from '../src/protocol/panelMessages.ts'

declare function acquireVsCodeApi(): { postMessage(message: unknown): void, getState(): unknown, setState(state: unknown): void }
const editor = acquireVsCodeApi()

export function send(message: FromPanel): void {
  editor.postMessage(message)
}

export function listen(onMessage: (message: ToPanel) => void): void {
  window.addEventListener('message', ({ data }) => {
    const parsed = toPanelSchema.safeParse(data)
    if (parsed.success) onMessage(parsed.data)
    else console.error('the editor sent what is no message', parsed.error)
  })
}

/** What is shown, kept over a reload of the window: ids only. */
export function remember(shown: PanelState): void {
  editor.setState(shown)
}

/** What was typed before the window was reloaded, as far as it is still offered. */
export function rememberedDraft({ models, data }: Extract<ToPanel, { type: 'form' }>): Draft | undefined {
  const draft = panelStateSchema.safeParse(editor.getState()).data?.form?.draft
  if (!draft || !models.some(({ id }) => id === draft.model)) return undefined
  const offered = (id: string | undefined) => data.some((choice) => choice.id === id) ? id : undefined
  return { ...draft, data: offered(draft.data), evaluation: offered(draft.evaluation) }
}
