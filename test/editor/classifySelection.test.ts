// What was said of a text stays until the text changes, and a long label is cut between its characters.
import { beforeEach, expect, test, vi } from 'vitest'
import { ClassifySelection } from '../../src/editor/classifySelection.ts'
import * as editor from './vscode.ts'

vi.mock('vscode', () => import('./vscode.ts'))
vi.mock('../../src/editor/nativeCode.ts', () => ({ requireNativeCode() {} }))

const document = { version: 1, getText: () => 'a text', lineAt: () => ({ range: {} }), offsetAt: () => 0, positionAt: (at: number) => at }
let shown: { hoverMessage: editor.MarkdownString, renderOptions: { after: { contentText: string } } }[]
let status: string
let changed: (event: unknown) => void
let selection: ClassifySelection
const label = `$(error) [x](command:y) ${'🎉'.repeat(40)}`

beforeEach(() => {
  shown = []
  const active = { document, selections: [{ isEmpty: false, start: 0, end: 6 }], setDecorations: (_: unknown, notes: typeof shown) => { shown = notes } }
  Object.assign(editor.window, {
    createTextEditorDecorationType: () => ({ dispose() {} }), activeTextEditor: active, visibleTextEditors: [active],
    withProgress: (_: unknown, task: () => unknown) => task(), setStatusBarMessage: (text: string) => { status = text },
  })
  vi.spyOn(editor.workspace, 'onDidChangeTextDocument').mockImplementation((listener) => {
    changed = listener
    return { dispose() {} }
  })
  const scores = [{ label, score: 0.75 }, { label: 'other', score: 0.25 }]
  const answer = { predictions: [{ text: 'a text', label, score: 0.75, scores }], truncated: [false], maxTokens: 9, milliseconds: 1 }
  selection = new ClassifySelection({ request: async () => answer } as never, { folder: '/m', name: 'm' } as never, { reach() {} } as never)
})

test('saving a file keeps its labels, a change of its text takes them away', async () => {
  await selection.run()
  expect(shown).toHaveLength(1)
  changed({ document, contentChanges: [] })
  expect(shown).toHaveLength(1)
  changed({ document, contentChanges: [{}] })
  expect(shown).toEqual([])
})

test('a label is cut between its characters, is no icon in the status bar, and no link in the hover', async () => {
  await selection.run()
  const cut = `$(error) [x](command:y) ${'🎉'.repeat(16)}`
  expect(shown[0].renderOptions.after.contentText).toBe(`${cut} 75%`)
  expect(status).toBe(`${cut.replace('$(', '$ (')} 75%`)
  const { parts } = shown[0].hoverMessage
  expect(parts.filter(({ text }) => text.includes('command:')).map(({ isMarkdown }) => isMarkdown)).toEqual([false])
})
