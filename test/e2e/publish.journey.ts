// From a trained model to its page on the Hub: signed in with a code in a browser, the account of VS Code's own menu, one commit.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { readPublishRecord } from '../../src/runs/publishRecord.ts'
import { startHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { publishPrivately, signInWithCode } from './onTheHub.ts'
import { watchSecrets } from './secrets.ts'
import { accounts, choose, openTrainingView, panel, untilFinished } from './window.ts'
import { sampleRun } from './workspace.ts'

const hub = await startHub()
const { applications } = oauthOf(hub)
applications.push({ clientId: 'finetune-journey', redirectUris: [] })
hub.addAccount('mara', 'hf_password_of_mara', { organizations: ['acme'] })
const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined }

journey('a model is published after signing in with a code, and opened on the Hub', { env, userData: { 'Machine/settings.json': '{ "finetune.oauthClientId": "finetune-journey" }' } }, async ({ vscode, page, home }) => {
  onTestFinished(() => hub.close())
  const expectNoSecrets = watchSecrets(hub, vscode)
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  await panel(page).getByText('Try now with the built-in News sample').click()
  await untilFinished(page)
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill(canaryText)
  await panel(page).locator('.try-it').getByText(/^\d+ ms$/).waitFor()

  await panel(page).getByRole('button', { name: 'Publish…' }).click()
  await signInWithCode(page, 'mara')
  await choose(page, 'mara')
  const name = page.locator('.quick-input-widget input').first()
  await expect.poll(() => name.inputValue()).toBe('news-mini-finetuned')
  await name.press('Enter')
  await publishPrivately(page, { withExamples: true })
  const opened = page.context().waitForEvent('page')
  await page.locator('.notification-list-item').filter({ hasText: 'mara/news-mini-finetuned is published.' }).getByRole('button', { name: 'Open on the Hub' }).click()
  expect((await opened).url()).toMatch(/\/mara\/news-mini-finetuned$/)
  await (await opened).close()

  const run = sampleRun(home)
  const files = hub.repositories[0]!.refs.get('main')!.files
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  for (const name of ['model.safetensors', 'config.json', 'tokenizer.json', 'onnx/model.onnx']) {
    expect(hash(files.get(name)!.content as Uint8Array), name).toBe(hash(readFileSync(join(run, name))))
  }
  expect(Buffer.from(files.get('README.md')!.content as Uint8Array).toString()).toContain('## Examples')
  expect(hub.repositories[0]).toMatchObject({ id: 'mara/news-mini-finetuned', private: true })

  // The account stands in VS Code's own menu.
  await accounts(page).click()
  await page.getByText('mara (Hugging Face)').waitFor()
  expect(await accounts(page).locator('.badge').isVisible()).toBe(false)
  await page.keyboard.press('Escape')

  expect(await readPublishRecord(run)).toMatchObject({ state: 'published', repository: 'mara/news-mini-finetuned', private: true })
  await expectNoSecrets({ processes: 2 })
  expect(vscode.dialogs).toEqual([])
})
