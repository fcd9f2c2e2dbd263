// From Publish… to the Hub: what the person is shown is what is there, and nothing goes to more people than they chose.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { ResponseError } from 'vscode-jsonrpc/node'
import type { HubAccount } from '../../src/editor/hubAccount.ts'
import { Publishing } from '../../src/editor/publishing.ts'
import type { RunEntry, Runs } from '../../src/editor/runs.ts'
import type { WorkerClient } from '../../src/editor/workerClient.ts'
import { createRepository } from '../../src/hub/modelRepository.ts'
import { scopes } from '../../src/hub/oauth.ts'
import { fill, UserError } from '../../src/protocol/errors.ts'
import { previewPublicationRequest, publishRequest } from '../../src/protocol/workerRequests.ts'
import { publish } from '../../src/publish/publish.ts'
import { readPublishRecord, writePublishRecord } from '../../src/runs/publishRecord.ts'
import { previewPublication, publish as publishInWorker } from '../../src/worker/publish.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { finishedRun } from '../publish/run.ts'

/** What the person is shown, in turn, and answers: of a list the label, of a box the text, of a message the button. */
const person = vi.hoisted(() => ({ shown: [] as string[], answers: [] as (string | undefined)[], opened: [] as string[] }))
vi.mock('vscode', () => {
  const message = async (text: string, options: { detail?: string } | string, ...buttons: string[]) => {
    if (typeof options === 'string') return undefined // no modal: what is told at the end
    person.shown.push(`${text}\n${options.detail ?? ''}\n[${buttons.join('] [')}]`)
    return person.answers.shift()
  }
  return {
    l10n: { t: (text: string, ...values: (string | number)[]) => values.length === 0 ? text : fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) },
    workspace: { isTrusted: true, openTextDocument: async ({ content }: { content: string }) => content },
    ProgressLocation: {},
    window: {
      showInformationMessage: message, showWarningMessage: message,
      showTextDocument: async (content: string) => person.opened.push(content),
      showInputBox: async ({ value }: { value: string }) => person.answers.shift() ?? value,
      async showQuickPick(items: (string | { label: string })[], { canPickMany }: { canPickMany?: boolean }) {
        const answer = person.answers.shift()
        const chosen = items.find((item) => answer === (typeof item === 'string' ? item : item.label))
        return canPickMany ? chosen === undefined ? [] : [chosen] : chosen
      },
      withProgress: (_: unknown, work: (...args: unknown[]) => unknown) => work({ report() {} }, {}),
    },
  }
})
vi.mock('../../src/editor/nativeCode.ts', () => ({ requireNativeCode() {} }))

let hub: LocalHub
let folder: string
const mara = () => ({ token: 'hf_mara', endpoint: hub.endpoint })
beforeEach(async () => {
  Object.assign(person, { shown: [], answers: [], opened: [] })
  folder = join(await mkdtemp(join(tmpdir(), 'finetune-publishing-')), 'tickets')
  await finishedRun(folder)
  hub = await startHub()
  hub.addAccount('mara', 'hf_mara', { role: 'write' })
  return async () => {
    await hub.close()
    await rm(join(folder, '..'), { recursive: true })
  }
})

const name = undefined // as it is suggested
const noExamples = undefined

/** @param tokens of the account: as it is signed in, then after it was asked for more */
async function publishBy(answers: (string | undefined)[], tokens = ['hf_mara']): Promise<(readonly string[])[]> {
  const asked: (readonly string[])[] = []
  const signal = new AbortController().signal
  const account = {
    async credential(needed: readonly string[], { ask }: { ask: boolean }) {
      if (!ask) return undefined
      asked.push(needed)
      return { endpoint: hub.endpoint, token: tokens[asked.length - 1]! }
    },
  }
  const worker = {
    async request(type: unknown, params: never) {
      try {
        if (type === previewPublicationRequest) return await previewPublication(params)
        if (type === publishRequest) return await publishInWorker(params, { signal, onProgress: () => {} })
      } catch (error) {
        const { message, code, args } = error as UserError
        throw new ResponseError(1, message, { code, args })
      }
    },
  }
  person.answers = answers
  await new Publishing(account as unknown as HubAccount, worker as unknown as WorkerClient, { refresh: async () => {} } as unknown as Runs).publish({ folder, id: 'x', name: 'tickets' } as RunEntry)
  return asked
}

test('a new repository, after the card was read with all that was entered kept', async () => {
  await publishBy([name, 'Private', noExamples, 'Show the Card', 'Go On', 'Publish'])
  expect(person.shown).toEqual([expect.stringContaining(`Publish to ${hub.endpoint}/mara/tickets, private?\nREADME.md`), person.shown[0]])
  expect(person.opened).toEqual([expect.stringContaining('# tickets')])
  expect(await readPublishRecord(folder)).toMatchObject({ state: 'published', repository: 'mara/tickets', private: true })
})

test('who reads the card and goes away publishes nothing', async () => {
  await publishBy([name, 'Private', noExamples, 'Show the Card', undefined])
  expect(hub.repositories).toEqual([])
})

test.each(['empty', 'full'])('a public repository (%s) is told as public, and gets what was to be private only by that choice', async (state) => {
  await createRepository('mara/tickets', false, mara())
  if (state === 'full') await publish(folder, mara(), { repository: 'tickets', private: false, signal: new AbortController().signal, onProgress: () => {} })
  const { oid } = hub.repositories[0]!.refs.get('main')!
  await publishBy([name, 'Private', noExamples, 'Publish'])
  expect(person.shown).toEqual([expect.stringMatching(/which is there already, for everybody to see\?[^]*\[Publish for Everybody\] \[Show the Card\]$/)])
  expect(person.shown[0]!.includes(`Its last commit is ${oid.slice(0, 8)}.`)).toBe(state === 'full')
  expect(hub.repositories[0]!.refs.get('main')!.oid).toBe(oid)
  await publishBy([name, 'Private', noExamples, 'Publish for Everybody'])
  expect(hub.repositories[0]!.refs.get('main')!.parent!.oid).toBe(oid)
  expect(await readPublishRecord(folder)).toMatchObject({ private: false })
})

test('a private repository that is there is told as private, whatever was chosen, and its files are written over by who says so', async () => {
  await publishBy([name, 'Private', noExamples, 'Publish'])
  const { oid } = hub.repositories[0]!.refs.get('main')!
  await publishBy([name, 'Public', noExamples, 'Write Over Its Files'])
  expect(person.shown[1]).toMatch(/which is there already, private\?[^]*\[Write Over Its Files\]/)
  expect(hub.repositories[0]!.refs.get('main')!.parent!.oid).toBe(oid)
  expect(await readPublishRecord(folder)).toMatchObject({ private: true })
})

test('private stands first, whatever a run folder says', async () => {
  await writePublishRecord(folder, { format: 1, state: 'pending', endpoint: hub.endpoint, repository: 'else', private: false, reason: '' })
  await publishBy([name, 'Private', noExamples, 'Publish'])
  expect(hub.repositories).toMatchObject([{ id: 'mara/else', private: true }])
})

test.each([['public', false], ['private', true]])('a sign-in that reaches only what Finetune made is widened for a %s repository of another', async (_, isPrivate) => {
  await createRepository('mara/tickets', isPrivate, mara())
  hub.addAccount('mara', 'hf_narrow', { scopes: [...scopes.signIn, ...scopes.publish], role: 'fineGrained' })
  hub.addAccount('mara', 'hf_wide', { scopes: [...scopes.signIn, ...scopes.publishAnywhere], role: 'fineGrained' })
  const asked = await publishBy([name, 'Public', noExamples, 'Publish', 'Sign In to Write There', 'Publish'], ['hf_narrow', 'hf_wide'])
  expect(asked).toEqual([scopes.publish, scopes.publishAnywhere])
  expect(person.shown[1]).toContain('Your sign-in may not write to mara/tickets.')
  expect(await readPublishRecord(folder)).toMatchObject({ state: 'published', private: isPrivate })
})
