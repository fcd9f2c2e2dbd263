// The Hub in the form: search with keys alone, a look at data before its download, what is kept from a person.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bundleExtension } from '../../scripts/bundleExtension.mjs'
import { ensureChromium } from '../../scripts/chromium.mjs'
import type { FoundRepository } from '../../src/protocol/hubMessages.ts'
import type { FromPanel } from '../../src/protocol/panelMessages.ts'
import { openPanel, type PanelPage } from './page.ts'

vi.mock('vscode', () => ({ env: { language: 'en' }, l10n: { bundle: undefined }, Uri: { joinPath: (...parts: string[]) => parts.join('/') } }))

const found = (id: string, more: Partial<FoundRepository> = {}): FoundRepository => ({ id, downloads: 1_234_567, likes: 0, isGated: false, license: 'apache-2.0', task: null, bytes: null, rows: null, ...more })

describe.skipIf(process.env.FINETUNE_NO_E2E === '1')('the Hub in the form', () => {
  let browser: Browser
  let panel: PanelPage
  let page: Page
  const dist = mkdtempSync(join(tmpdir(), 'finetune-panel-'))

  beforeAll(async () => {
    await bundleExtension(dist)
    browser = await chromium.launch({ executablePath: ensureChromium(console.error), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(dist, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await page?.close()
    panel = await openPanel(browser, dist)
    page = panel.page
    await panel.send({ type: 'form', news: false, models: [{ id: 'm', name: 'A model', detail: '' }], data: [{ id: 'd', name: 'data.csv', detail: '' }], draft: { model: 'm', settings: {} } })
    await page.getByRole('button', { name: 'Search the Hub…' }).first().click()
  })

  const input = () => page.getByRole('combobox', { name: 'Search datasets on the Hugging Face Hub' })
  const active = () => page.evaluate(() => document.getElementById(document.activeElement!.getAttribute('aria-activedescendant') ?? '')?.textContent)

  /** Serious ones of axe; colours are those of a theme, which is not there. */
  async function findings(): Promise<string[]> {
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({ rules: { 'color-contrast': { enabled: false } } }))
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  }

  /** Types words, and waits until they are asked for. */
  async function searchFor(words: string): Promise<Extract<FromPanel, { type: 'search' }>> {
    await input().fill(words)
    const asked = async () => (await panel.sent()).findLast((message) => message.type === 'search')
    await expect.poll(async () => (await asked())?.words).toBe(words)
    return (await asked())!
  }

  test('typed words are asked for once, what is found is told, and the arrow keys and Enter choose', async () => {
    await input().pressSequentially('ag', { delay: 0 })
    const { kind, request } = await searchFor('ag news')
    expect(kind).toBe('data')
    expect((await panel.sent()).filter(({ type }) => type === 'search')).toHaveLength(1)
    await panel.send({ type: 'found', kind, request, repositories: [found('fancyzhx/ag_news', { rows: '100K<n<1M', task: 'text-classification' }), found('ada/ag-gated', { isGated: true, license: null, bytes: 268e6 })] })
    await page.getByRole('status').filter({ hasText: '2 found' }).waitFor()
    expect(await findings()).toEqual([])
    expect(await page.getByRole('option').allTextContents()).toEqual([
      'fancyzhx/ag_news 1.2M downloads · 100K – 1M rows · apache-2.0 · text-classification', 'ada/ag-gated 1.2M downloads · 268 MB · no licence given · gated',
    ])
    expect(await input().getAttribute('aria-expanded')).toBe('true')
    expect(await active()).toBeUndefined()
    await page.keyboard.press('ArrowUp')
    expect(await active()).toContain('ada/ag-gated')
    await page.keyboard.press('ArrowDown')
    expect(await active()).toContain('fancyzhx/ag_news')
    expect(await page.getByRole('option', { selected: true }).count()).toBe(1)
    await page.keyboard.press('Enter')
    expect((await panel.sent()).at(-1)).toEqual({ type: 'chooseNamed', kind: 'data', name: 'fancyzhx/ag_news' })
    await input().waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Search the Hub…')
  })

  test('an answer to older words is not shown, nor is one that comes after the search was closed', async () => {
    const old = await searchFor('ag')
    const { request } = await searchFor('news')
    await panel.send({ type: 'found', kind: 'data', request: old.request, repositories: [found('ada/old')] })
    await panel.send({ type: 'found', kind: 'data', request, repositories: [found('ada/new')] })
    await page.getByRole('option').filter({ hasText: 'ada/new' }).waitFor()
    expect(await page.getByRole('option').filter({ hasText: 'ada/old' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    expect(await page.getByRole('option').count()).toBe(0)
    expect(await input().getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('Escape')
    await input().waitFor({ state: 'hidden' })
  })

  test('why nothing can be found is one line, and a full name can be used all the same', async () => {
    const { request } = await searchFor('ag_news')
    await panel.send({ type: 'found', kind: 'data', request, repositories: [], problem: 'no network' })
    await page.getByRole('status').filter({ hasText: 'no network' }).waitFor()
    await page.getByRole('option', { name: 'ag_news' }).waitFor()
    await input().fill('ada/news@v2')
    await page.keyboard.press('Enter')
    expect((await panel.sent()).at(-1)).toEqual({ type: 'chooseNamed', kind: 'data', name: 'ada/news@v2' })
  })

  test('what is no name is not sent', async () => {
    await input().fill('two words')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'That is no name of the Hub' }).waitFor()
    expect((await panel.sent()).some(({ type }) => type === 'chooseNamed')).toBe(false)
  })

  test('a name that is chosen brings its revision, and the settings of other data go', async () => {
    const data = [{ id: 'd', name: 'data.csv', detail: '' }, { id: 'h', name: 'ada/news', detail: '' }]
    await panel.send({ type: 'choices', models: [{ id: 'm', name: 'A model', detail: '' }], data, chosen: { kind: 'data', id: 'd', settings: { dataset_config_name: 'old', num_train_epochs: 5 } } })
    await panel.send({ type: 'choices', models: [{ id: 'm', name: 'A model', detail: '' }], data, chosen: { kind: 'data', id: 'h', settings: { dataset_revision: 'v2' } } })
    await expect.poll(async () => (await panel.sent()).findLast((message) => message.type === 'draft')?.draft).toEqual({ model: 'm', data: 'h', settings: { num_train_epochs: 5, dataset_revision: 'v2' } })
  })

  test('data is shown before its download: rows, labels, what there is to choose, and what comes with the start', async () => {
    const draft = { model: 'm', data: 'd', settings: {} }
    await panel.send({ type: 'form', news: false, models: [{ id: 'm', name: 'A model', detail: '' }], data: [{ id: 'd', name: 'ada/news', detail: '' }], draft })
    const look = { text_column: 'title', label_column: 'topic', train: { split: 'train', rows: 3000 }, evaluation: { split: 'dev', rows: 50 }, first: [{ label: 'warm', text: '<b>a text</b>' }], counts: [{ label: 'cold', rows: 1000 }, { label: 'warm', rows: 2000 }] }
    await panel.send({ type: 'preview', draft, columns: ['title', 'topic', 'id'], notices: [], download: 5e6, parts: { configs: ['small', 'large'], config: 'small', splits: ['train', 'dev'], revisions: ['main'] }, look })
    await panel.send({ type: 'model', draft, download: 20e6, revisions: ['main', 'v2'] })
    await page.getByText('As the Hub shows it. Nothing is downloaded before the run starts.').waitFor()
    expect(await page.getByRole('table', { name: 'First rows' }).getByRole('row').allTextContents()).toEqual(['LabelText', 'warm<b>a text</b>'])
    expect(await page.getByRole('table', { name: 'Labels' }).getByRole('row').allTextContents()).toEqual(['LabelTraining rowsShare', 'warm2,00066.7%', 'cold1,00033.3%'])
    await page.getByText('downloads 25 MB first').waitFor()
    expect(await findings()).toEqual([])
    const offered = await page.locator('.columns vscode-dropdown').evaluateAll((fields) => fields.map((field) => `${field.getAttribute('aria-label')}: ${(field as HTMLInputElement).value}`))
    expect(offered).toEqual(['Subset: small', 'Split to train on: train', 'Split to evaluate on: dev', 'Text column: title', 'Label column: topic', 'Revision: main'])
    await page.locator('vscode-dropdown[aria-label="Subset"]').click()
    await page.locator('vscode-option', { hasText: 'large' }).click()
    await expect.poll(async () => (await panel.sent()).findLast((message) => message.type === 'draft')?.draft.settings).toEqual({ dataset_config_name: 'large' })
  })

  test('what is gated says what can be done, by an id alone', async () => {
    const draft = { model: 'm', data: 'd', settings: {} }
    await panel.send({ type: 'form', news: false, models: [{ id: 'm', name: 'A model', detail: '' }], data: [{ id: 'd', name: 'ada/kept', detail: '' }], draft })
    await panel.send({ type: 'preview', draft, columns: [], notices: [], download: 0, problem: { text: 'ada/kept is gated', access: ['signInForGated', 'askAccess', 'lookAgain'] } })
    await page.getByText('ada/kept is gated').waitFor()
    expect(await findings()).toEqual([])
    expect(await page.locator('.access vscode-button').allTextContents()).toEqual(['Sign In…', 'Ask for Access…', 'Look Again'])
    await page.getByRole('button', { name: 'Ask for Access…' }).click()
    expect((await panel.sent()).at(-1)).toEqual({ type: 'access', kind: 'data', id: 'd', action: 'askAccess' })
    await panel.send({ type: 'preview', draft, columns: ['text', 'label'], notices: [], download: 5e6 })
    await page.getByText('Its rows are shown here once they are downloaded').waitFor()
    expect(await page.locator('.access vscode-button').count()).toBe(0)
  })
})
