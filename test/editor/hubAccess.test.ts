// What the Hub keeps from a person has a way to get it, and every page that opens lies on the Hub of this machine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HubAccount } from '../../src/editor/hubAccount.ts'
import { answerAccess } from '../../src/editor/hubAccess.ts'
import { formProblem } from '../../src/editor/formProblem.ts'
import { fill, UserError } from '../../src/protocol/errors.ts'

const opened = vi.hoisted(() => [] as string[])
vi.mock('vscode', () => ({
  l10n: { t: (text: string, ...values: (string | number)[]) => values.length === 0 ? text : fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) },
  env: { openExternal: async (page: string) => opened.push(page) },
  Uri: { parse: (page: string) => page },
}))

beforeEach(() => {
  opened.length = 0
  process.env.HF_ENDPOINT = 'https://mirror.example/'
})
afterEach(() => { delete process.env.HF_ENDPOINT })

/** An account whose session holds these scopes, and gets what it is asked for. */
function accountWith(held: string[] | undefined): { account: HubAccount, asked: { needed: readonly string[], anew?: boolean }[] } {
  const asked: { needed: readonly string[], anew?: boolean }[] = []
  const credential = async (needed: readonly string[], { ask, anew }: { ask: boolean, anew?: boolean }) => {
    if (ask) asked.push({ needed, anew })
    return ask || needed.every((scope) => held?.includes(scope)) ? { token: 'hf_x', endpoint: 'https://mirror.example' } : undefined
  }
  return { account: { credential } as unknown as HubAccount, asked }
}

test.each([
  ['hub.gated', 'ada/kept is gated', ['signInForGated', 'askAccess', 'lookAgain']],
  ['hub.gated-not-granted', 'Read access to contents of all public gated repos you can access', ['askAccess', 'signInForGated', 'openTokens', 'lookAgain']],
  ['hub.not-found', 'or it is private', ['signInForPrivate', 'lookAgain']],
  ['hub.not-found-signed-in', 'Read access to contents of all repos under your personal namespace', ['signInForPrivate', 'openTokens', 'lookAgain']],
  ['hub.token-refused', 'Sign in again', ['signInForPrivate', 'lookAgain']],
] as const)('%s says why, and what can be done', (code, words, access) => {
  const problem = formProblem(new UserError(code, { type: 'dataset', name: 'ada/kept', url: 'https://elsewhere.example', endpoint: 'https://mirror.example' } as never), { data: ['ada/kept'], evaluation: [] })
  expect(problem).toMatchObject({ text: expect.stringContaining(words) as string, access })
  expect(problem!.text).not.toMatch(/finetune login|HF_TOKEN/)
})

test('pages that open are those of the Hub that is asked, for what is a name alone', async () => {
  const { account } = accountWith(undefined)
  expect(await answerAccess(account, 'data', 'ada/kept', 'askAccess')).toBe(false)
  expect(await answerAccess(account, 'model', 'ada/kept@v2', 'askAccess')).toBe(false)
  expect(await answerAccess(account, 'model', '../../evil', 'askAccess')).toBe(false)
  expect(await answerAccess(account, 'model', 'ada/kept', 'openTokens')).toBe(false)
  expect(opened).toEqual(['https://mirror.example/datasets/ada/kept', 'https://mirror.example/ada/kept', 'https://mirror.example/settings/tokens'])
  expect(await answerAccess(account, 'model', 'ada/kept', 'lookAgain')).toBe(true)
})

test('signing in asks for what is needed, and takes the place of a session that has it and was refused', async () => {
  const none = accountWith(undefined)
  expect(await answerAccess(none.account, 'data', 'ada/kept', 'signInForGated')).toBe(true)
  expect(none.asked).toEqual([{ needed: ['gated-repos'], anew: false }])
  const held = accountWith(['read-repos'])
  await answerAccess(held.account, 'data', 'ada/kept', 'signInForPrivate')
  expect(held.asked).toEqual([{ needed: ['read-repos'], anew: true }])
})
