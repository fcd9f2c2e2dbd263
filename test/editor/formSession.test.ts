// What a form's page is told: the latest draft's rows and model, and all of it again where the page was loaded anew.
import { beforeEach, expect, test, vi } from 'vitest'
import { Choices, embeddedId } from '../../src/editor/choices.ts'
import { FormSession } from '../../src/editor/formSession.ts'
import type { FormParts } from '../../src/editor/formSession.ts'
import type { Draft } from '../../src/protocol/formMessages.ts'
import type { ToPanel } from '../../src/protocol/panelMessages.ts'

vi.mock('vscode', () => import('./vscode.ts'))

const found = {
  preview: { columns: ['text', 'label'], preview: { train: {} }, notices: [], download: 0 },
  namedModel: { download: 0, revisions: [] },
  device: { device: 'cpu' },
  lengths: { counts: [1] },
  estimate: { seconds: 1 },
}
let sent: ToPanel[]
let asked: string[]
let session: FormSession
let start: () => Promise<string>

beforeEach(() => {
  sent = []
  asked = []
  const choices = new Choices({} as never, { get: () => undefined, update: async () => {} } as never)
  const request = async ({ method }: { method: keyof typeof found }) => {
    asked.push(method)
    return found[method]
  }
  session = new FormSession({
    choices,
    lookAhead: { request, dispose() {} } as never,
    training: { nextFolder: () => '/runs/next', start: () => start() } as never,
    account: { readingToken: async () => undefined } as never,
    log: { error() {} } as never,
    send: (message) => sent.push(message),
  } satisfies FormParts)
})

const draft: Draft = { model: embeddedId, data: 'news-sample', settings: {} }
const told = () => sent.map(({ type }) => type)

test('what was told is not told again, but to a page that was loaded anew', async () => {
  session.show(false, {})
  await session.update({ ...draft })
  const everything = ['form', ...told().slice(1)]
  expect(everything).toEqual(expect.arrayContaining(['preview', 'model', 'lengths', 'estimate']))
  sent.length = 0
  await session.update({ ...draft, settings: { learning_rate: 1e-3 } })
  expect(told()).toEqual(['estimate'])

  sent.length = 0
  session.show(false, {})
  await session.update({ ...draft })
  expect(told().sort()).toEqual(everything.sort())
})

test('a start that fails after the form was closed asks for nothing more', async () => {
  session.show(false, {})
  start = async () => {
    session.dispose()
    throw new Error('no room')
  }
  expect(await session.start(draft)).toBeUndefined()
  expect(asked).toEqual([])
})
