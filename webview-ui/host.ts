/** The way to the editor and back. What comes is checked. */
import { toPanelSchema } from '../src/protocol/panelMessages.ts'
import type { FromPanel, ToPanel } from '../src/protocol/panelMessages.ts'

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

/** What is shown, a run or several beside each other, kept over a reload of the window. */
export function remember(shown: { run?: string, compare?: string[] }): void {
  editor.setState(shown)
}
