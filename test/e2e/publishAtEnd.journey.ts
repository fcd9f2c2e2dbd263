// Runs that are to be published when they are finished: a window hands its account over, or the next one offers what waited.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { readPublishRecord } from '../../src/runs/publishRecord.ts'
import { startHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'
import { journey } from './journey.ts'
import { publishPrivately, signInWithCode } from './onTheHub.ts'
import { watchSecrets } from './secrets.ts'
import { fillTicketForm, manyEpochs, start } from './ticketForm.ts'
import { openTrainingView, panel } from './window.ts'
import { record } from './workspace.ts'

const hub = await startHub()
oauthOf(hub).applications.push({ clientId: 'finetune-journey', redirectUris: [] })
hub.addAccount('mara', 'hf_of_mara_herself')
const options = {
  env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined },
  userData: { 'Machine/settings.json': '{ "finetune.oauthClientId": "finetune-journey" }' },
}

journey('a run that is to be published asks for its account first, and is published by itself; one whose window is gone waits to be', options, async ({ vscode, page, workspace }) => {
  onTestFinished(() => hub.close())
  const expectNoSecrets = watchSecrets(hub, vscode)
  await openTrainingView(page)
  await startToPublish(page, 2)
  await signInWithCode(page, 'mara')
  expect(existsSync(join(workspace, 'tickets-finetuned'))).toBe(false)
  await page.locator('.notification-list-item').filter({ hasText: 'mara/tickets-finetuned is published.' }).waitFor({ timeout: 480_000 })
  expect(await readPublishRecord(join(workspace, 'tickets-finetuned'))).toMatchObject({ state: 'published', repository: 'mara/tickets-finetuned', private: true })

  // Signed in for as much as is needed, nobody is asked again.
  await startToPublish(page, manyEpochs)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await page.close()
  const waiting = join(workspace, 'tickets-finetuned-2')
  await expect.poll(() => record(waiting).state, { timeout: 480_000 }).toBe('finished')
  await expect.poll(() => readPublishRecord(waiting)).toMatchObject({ state: 'pending', reason: 'no account was given' })
  process.kill(record(waiting).process.pid, 'SIGKILL') // a window that comes soon gives its account to the trainer, which waits for a while
  const later = await vscode.openWindow()
  await openTrainingView(later)
  const offer = later.locator('.notification-list-item').filter({ hasText: 'tickets-finetuned-2 is finished and was to be published on Hugging Face.' })
  await offer.getByRole('button', { name: 'Publish…' }).click()
  const name = later.locator('.quick-input-widget input').first()
  await expect.poll(() => name.inputValue()).toBe('tickets-finetuned-2')
  await name.press('Enter')
  await publishPrivately(later)
  await later.locator('.notification-list-item').filter({ hasText: 'mara/tickets-finetuned-2 is published.' }).waitFor()
  expect(hub.repositories.map(({ id }) => id)).toEqual(['mara/tickets-finetuned', 'mara/tickets-finetuned-2'])
  await expectNoSecrets({ processes: 2 })
})

async function startToPublish(page: Page, epochs: number): Promise<void> {
  await fillTicketForm(page, epochs)
  await panel(page).getByText('Advanced', { exact: true }).click()
  await panel(page).getByRole('checkbox', { name: /^Push to hub/ }).click()
  await start(page)
}
