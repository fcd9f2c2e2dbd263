// From nothing but a name: signed in through the Accounts menu, a private model of the Hub is searched, downloaded and classified with.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { startHub } from '../hub/hub.ts'
import { filesOf, storedFile } from '../hub/repositories.ts'
import { journey } from './journey.ts'
import { watchSecrets } from './secrets.ts'
import { accounts, choose, chooseInMenu, classifiedAs, openFile, openTrainingView, runCommand } from './window.ts'

const token = 'hf_that_mara_made_for_this'
const folder = mkdtempSync(join(tmpdir(), 'finetune-published-'))
const model = join(folder, 'topics')
const finetune = (...words: string[]) => execFileSync(process.execPath, ['dist/finetune.js', ...words], { env: { ...process.env, XDG_DATA_HOME: folder }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
finetune('train', '--output_dir', model, '--max_steps', '3')

const hub = await startHub()
hub.addAccount('mara', token)
const card = await storedFile('README.md', '---\npipeline_tag: text-classification\ntags: [text-classification, onnx]\n---\n')
const files = (await filesOf(model)).filter(({ path }) => /^(model\.safetensors|config\.json|tokenizer.*|onnx\/.*)$/.test(path))
hub.addStored('model', 'mara/topics', [...files, card], { private: true })
hub.addStored('model', 'acme/topics-torch', [...files.filter(({ path }) => !path.startsWith('onnx/')), card])

const options = { env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_TOKEN_PATH: undefined, HF_HOME: undefined } }

journey('a private model of the Hub classifies by its name, in every window from then on', options, async ({ vscode, page, home }) => {
  onTestFinished(async () => {
    rmSync(folder, { recursive: true })
    await hub.close()
  })
  const expectNoSecrets = watchSecrets(hub, vscode)
  await openTrainingView(page)
  // An open menu does not hear of what comes later.
  await accounts(page).locator('.badge').filter({ hasText: '1' }).waitFor()
  await accounts(page).click()
  await chooseInMenu(page, 'Sign in with Hugging Face to use Finetune')
  await choose(page, 'With a token that I paste')
  const input = page.locator('.quick-input-widget input').first()
  await expect.poll(() => input.getAttribute('type')).toBe('password')
  await input.fill(token)
  await input.press('Enter')
  await accounts(page).locator('.badge').waitFor({ state: 'hidden' })
  await accounts(page).click()
  await page.getByRole('menuitem', { name: 'mara (Hugging Face)' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Sign in with Hugging Face' }).count()).toBe(0)
  await page.keyboard.press('Escape')

  await runCommand(page, 'Finetune: Use a Model on the Hub…')
  await input.fill('acme/topics-torch')
  await choose(page, 'acme/topics-torch')
  await page.getByText('the model acme/topics-torch lacks onnx/model.onnx, which classifying here reads').first().waitFor()

  await runCommand(page, 'Finetune: Choose Model…')
  await choose(page, 'Use a Model on the Hub…')
  await input.fill('topics')
  await choose(page, 'mara/topics')
  await page.getByRole('treeitem', { name: 'Model in use: mara/topics' }).waitFor()
  expect(existsSync(join(home, '.cache/huggingface/hub/models--mara--topics/refs/main'))).toBe(true)
  expect(hub.seen.filter(({ path }) => path.includes('model.safetensors'))).toEqual([])

  const [{ label, score }] = finetune('predict', '--model', model, '--json', 'The home team won the championship after a thrilling match.').trim().split('\n').map((line) => JSON.parse(line) as Prediction)
  const other = await vscode.openWindow()
  for (const window of [page, other]) {
    await openFile(window, 'notes.txt')
    await runCommand(window, 'Finetune: Classify Selection')
    expect(await classifiedAs(window, 'The home team')).toBe(`${label} ${Math.round(100 * score)}%`)
  }
  await expectNoSecrets({ processes: 2 }) // each window classifies
  expect(vscode.dialogs).toEqual([])
})
