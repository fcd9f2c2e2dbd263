// The Hub in the form: search, a look at data before its download, what is gated, and the cache that a run leaves.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startHub } from '../hub/hub.ts'
import { startNamesProxy } from '../hub/namesProxy.ts'
import { oauthOf } from '../hub/oauth.ts'
import { filesOf, storedFile } from '../hub/repositories.ts'
import { canaryText, csvCell } from './canaryRow.ts'
import { journey } from './journey.ts'
import { dialog, signInWithCode } from './onTheHub.ts'
import { watchSecrets } from './secrets.ts'
import { start } from './ticketForm.ts'
import { panel, runCommand, untilFinished } from './window.ts'
import { record } from './workspace.ts'

const [hub, proxy] = await Promise.all([startHub(), startNamesProxy()])
hub.hostname = 'localhost'
oauthOf(hub).applications.push({ clientId: 'finetune-journey', redirectUris: [] })
hub.addAccount('mara', 'hf_of_mara_herself')

const titles = { warm: ['red coat', 'orange roof'], cold: ['blue sea', 'green hill'] }
const rows = (count: number) => Array.from({ length: count }, (_, i) => {
  const topic = i % 4 === 0 ? 'cold' as const : 'warm' as const
  return { headline: i === 5 ? canaryText : `A ${titles[topic][i % 2]}, number ${i}`, kind: topic, place: `place ${i % 7}` }
})
const csv = (count: number) => `headline,kind,place\n${rows(count).map(({ headline, kind, place }) => `${csvCell(headline)},${kind},${place}`).join('\n')}\n`
const card = '---\nlicense: mit\ntask_categories: [text-classification]\nsize_categories: [n<1K]\nconfigs:\n- config_name: default\n  data_files:\n  - {split: train, path: train.csv}\n  - {split: test, path: test.csv}\n- config_name: tiny\n  data_files: tiny.csv\n---\n'
const colours = { 'README.md': card, 'train.csv': csv(80), 'test.csv': csv(20), 'tiny.csv': csv(8) }
const gated = await hub.add('dataset', 'acme/gated-colours', { 'README.md': '# Gated\n', 'train.csv': csv(40) }, { gated: 'manual', downloads: 7 })
await hub.add('dataset', 'mara/colours', colours, { downloads: 12_345 })
const modelFiles = (await filesOf('embedded/news-mini')).filter(({ path }) => path !== 'README.md')
hub.addStored('model', 'acme/mini-encoder', [...modelFiles, await storedFile('README.md', '---\nlicense: apache-2.0\npipeline_tag: fill-mask\ntags: [transformers, safetensors]\n---\n')], { downloads: 99 })
const features = ['headline', 'kind', 'place'].map((name) => ({ name, type: { _type: 'Value', dtype: 'string' } }))
hub.viewer.set('mara/colours', { default: { train: { features, rows: rows(80) }, test: { features, rows: rows(20) } }, tiny: { train: { features, rows: rows(8) } } })

const options = {
  env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined },
  // The worker and the trainer must be told of it: it comes before the one that every person's environment names.
  settings: { 'http.proxy': proxy.variables.HTTP_PROXY, 'http.noProxy': [proxy.variables.NO_PROXY] },
  userData: { 'Machine/settings.json': '{ "finetune.oauthClientId": "finetune-journey" }' },
}

journey('a dataset and a model are searched, seen, trained on; a gated one is explained and had; the cache gives the disk back', options, async ({ vscode, page, workspace, home }) => {
  onTestFinished(async () => {
    proxy.close()
    await hub.close()
  })
  const expectNoSecrets = watchSecrets(hub, vscode)
  await runCommand(page, 'Finetune: Fine-tune on a File…')

  await search(page, 'datasets', 'colours')
  expect(await panel(page).getByRole('option').allTextContents()).toEqual([
    'mara/colours 12K downloads · < 1K rows · mit · text-classification', 'acme/gated-colours 7 downloads · no licence given · gated', 'colours use this name as it is',
  ])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  await chooseIn(page, 'Text column', 'headline')
  await chooseIn(page, 'Label column', 'kind')
  await panel(page).getByText('As the Hub shows it. Nothing is downloaded before the run starts.').waitFor()
  expect(await panel(page).getByRole('table', { name: 'First rows' }).getByRole('row').nth(1).textContent()).toBe('coldA blue sea, number 0')
  expect(await panel(page).getByRole('table', { name: 'Labels' }).getByRole('row').allTextContents()).toEqual(['LabelTraining rowsShare', 'warm6075.0%', 'cold2025.0%'])
  expect(resolved()).toEqual(['README.md'])

  await search(page, 'models', 'encoder')
  await panel(page).getByRole('option', { name: 'acme/mini-encoder' }).click()
  await panel(page).getByText(/^downloads 1\d MB first$/).waitFor()
  await panel(page).getByText(/^About \d+ s · 15 steps/).waitFor()
  await start(page)
  await untilFinished(page)
  const run = join(workspace, 'colours-finetuned')
  expect(record(run)).toMatchObject({ state: 'finished', settings: { text_column: 'headline', label_column: 'kind' }, origins: { model: { id: 'acme/mini-encoder' }, dataset: { id: 'mara/colours' } } })
  expect(resolved().filter((path) => path.endsWith('.csv')).sort()).toEqual(['test.csv', 'train.csv'])

  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await search(page, 'datasets', 'gated')
  await panel(page).getByRole('option', { name: 'acme/gated-colours' }).click()
  await panel(page).getByText('acme/gated-colours is gated: its owner asks for your agreement to conditions.').waitFor()
  const opened = page.context().waitForEvent('page')
  await panel(page).getByRole('button', { name: 'Ask for Access…' }).click()
  // VS Code may ask before it opens a page of a host that it does not know.
  const question = dialog(page, 'open the external website')
  await Promise.race([opened, question.waitFor()])
  if (await question.isVisible()) await question.getByRole('button', { name: 'Open', exact: true }).click()
  expect(new URL((await opened).url()).pathname).toMatch(/\/datasets\/acme\/gated-colours$/) // code-server has a way of its own to this machine
  await (await opened).close()
  await runCommand(page, 'Finetune: Sign In to Hugging Face')
  await signInWithCode(page, 'mara')
  await panel(page).getByText('acme/gated-colours is gated, and your account has no access to it yet').waitFor()
  expect(hub.accounts.at(-1)!.scopes).toEqual(['openid', 'profile'])
  // Granted to the person, it is still refused to a sign-in that was for less.
  gated.granted.add('mara')
  const before = refusals()
  await panel(page).getByRole('button', { name: 'Look Again' }).click()
  await expect.poll(refusals).toBeGreaterThan(before)
  await panel(page).getByRole('button', { name: 'Sign In…' }).click()
  await signInWithCode(page, 'mara')
  await panel(page).getByText('Its rows are shown here once they are downloaded, which a run begins with.').waitFor()
  expect(hub.accounts.at(-1)!.scopes).toEqual(['openid', 'profile', 'gated-repos'])

  const cache = join(home, '.cache/huggingface/hub')
  await runCommand(page, 'Finetune: Hub Cache…')
  const entries = page.locator('.quick-input-list .monaco-list-row')
  await entries.filter({ hasText: 'acme/mini-encoder' }).filter({ hasText: 'was used by colours-finetuned' }).click()
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click()
  const asked = dialog(page, 'Delete this from the cache of the Hub?')
  await asked.getByText('acme/mini-encoder').waitFor()
  await asked.getByRole('button', { name: 'Delete' }).click()
  await page.getByText(/^\d+ MB are free now\.$/).first().waitFor()
  expect(existsSync(join(cache, 'models--acme--mini-encoder'))).toBe(false)
  expect(readdirSync(join(cache, 'datasets--mara--colours/snapshots'))).toHaveLength(1)
  expect(hub.seen.filter(({ origin, authorization }) => origin !== 'hub' && authorization !== undefined)).toEqual([])
  await expectNoSecrets({ processes: 2 })
  // No process of ours asked another Hub than HF_ENDPOINT names.
  expect(proxy.asked).toContain('datasets-server.localhost')
  expect([...proxy.asked].filter((name) => /huggingface|\bhf\./.test(name))).toEqual([])
})

/** How often the gated dataset was refused to who is known. */
function refusals(): number {
  return hub.seen.filter(({ path, status }) => path.includes('gated-colours') && status === 403).length
}

/** Files that were asked for, by name. */
function resolved(): string[] {
  return [...new Set(hub.seen.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path.replace(/.*\/resolve\/[^/]+\//, '')))]
}

async function search(page: Page, what: 'models' | 'datasets', words: string): Promise<void> {
  const button = panel(page).getByRole('button', { name: 'Search the Hub…' })
  await (what === 'datasets' ? button.first() : button.last()).click()
  await panel(page).getByRole('combobox', { name: `Search ${what} on the Hugging Face Hub` }).pressSequentially(words)
  await panel(page).getByRole('option').first().waitFor()
}

async function chooseIn(page: Page, dropdown: string, option: string): Promise<void> {
  const field = panel(page).locator(`vscode-dropdown[aria-label="${dropdown}"]`)
  await field.click()
  await field.locator('vscode-option', { hasText: option }).click()
}

