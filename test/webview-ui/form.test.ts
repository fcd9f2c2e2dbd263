// The form while answers come: what a person has in hand stays, and what keeps a run from starting is said where it can be put right.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bundleExtension } from '../../scripts/bundleExtension.mjs'
import { ensureChromium } from '../../scripts/chromium.mjs'
import type { Draft, Preview } from '../../src/protocol/formMessages.ts'
import { openPanel, type PanelPage } from './page.ts'

vi.mock('vscode', () => ({ env: { language: 'en' }, l10n: { bundle: undefined }, Uri: { joinPath: (...parts: string[]) => parts.join('/') } }))

const columns = ['nr', 'body', 'kind', 'title']
const split = { rows: 2, available: 2, counts: [1, 1] }
const preview: Preview = { text_column: 'body', label_column: 'kind', labels: ['a', 'b'], train: split, evaluation: split, first: [{ label: 'a', text: 'One' }], notices: [] }
const models = [{ id: 'm', name: 'A model', detail: '' }]

describe.skipIf(process.env.FINETUNE_NO_E2E === '1')('the form', () => {
  let browser: Browser
  const dist = mkdtempSync(join(tmpdir(), 'finetune-panel-'))

  beforeAll(async () => {
    await bundleExtension(dist)
    browser = await chromium.launch({ executablePath: ensureChromium(console.error), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(dist, { recursive: true, force: true })
  })

  async function openForm(news: boolean): Promise<{ panel: PanelPage, page: Page, draft: Draft }> {
    const panel = await openPanel(browser, dist)
    const draft = { model: 'm', data: 'd', settings: {} }
    await panel.send({ type: 'form', news, models, data: [{ id: 'd', name: 'data.csv', detail: '' }], draft })
    await panel.page.locator('h1').waitFor()
    return { panel, page: panel.page, draft }
  }

  test('what a GPU takes is not known before: the estimate says that it is of the CPU, whichever comes first', async () => {
    const { panel, page, draft } = await openForm(false)
    const estimate = { max_steps: 10, seconds: 600, memory_bytes: 1e9, machine_bytes: 4e9, disk_bytes: 1e9, folder: 'run' }
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns, preview })
    await panel.send({ type: 'estimate', draft, estimate })
    await page.getByText('About 10 min · 10 steps').waitFor()
    await panel.send({ type: 'device', device: { device: 'cuda:0', device_reason: 'NVIDIA T4', threads: 2 } })
    await page.getByText('About 10 min if the CPU trained: the GPU is not measured before · 10 steps').waitFor()
  })

  test('an answer that comes late changes nothing in a list that is open, and shows once it is closed', async () => {
    const { panel, page, draft } = await openForm(false)
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns, problem: { setting: 'text_column', text: 'Which?' } })
    const list = page.locator('vscode-dropdown[aria-label="Text column"]')
    const marked = () => list.evaluate((control) => (control as unknown as { selectedIndex: number }).selectedIndex)
    await list.click()
    await page.keyboard.press('ArrowDown')
    await expect.poll(marked).toBe(1)
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns, preview })
    await page.getByText('2 rows to train on').waitFor()
    expect(await marked()).toBe(1)
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await panel.sent()).findLast((message) => message.type === 'draft')?.draft.settings).toEqual({ text_column: 'nr' })
    expect(await list.evaluate((control) => (control as unknown as { value: string }).value)).toBe('nr')

    const other = page.locator('vscode-dropdown[aria-label="Label column"]')
    await other.click()
    await panel.send({ type: 'preview', notices: [], download: 0, draft: { ...draft, settings: { text_column: 'nr' } }, columns, preview: { ...preview, label_column: 'title' } })
    await page.getByText('2 rows to train on').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => other.evaluate((control) => (control as unknown as { value: string }).value)).toBe('title')
    await page.close()
  })

  test('without the Hub the form for AG News says so in a sentence, and no field is wrong', async () => {
    const { panel, page, draft } = await openForm(true)
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns: [], problem: { setting: 'data', text: 'AG News is away.', isAway: true } })
    await page.getByRole('status').filter({ hasText: 'AG News is away.' }).waitFor()
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0)
    expect(await page.getByRole('alert').filter({ hasText: /./ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Try now with the built-in News sample (under a minute)')
    expect((await panel.sent()).some(({ type }) => type === 'start')).toBe(false)
    // Of a model that is away, the estimate tells.
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns, preview })
    await page.getByRole('status').filter({ hasText: 'AG News is away.' }).waitFor({ state: 'hidden' })
    await panel.send({ type: 'estimate', draft, problem: { setting: 'model', text: 'DistilBERT is away.', isAway: true } })
    await page.getByRole('status').filter({ hasText: 'DistilBERT is away.' }).waitFor()
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0)
    await page.close()
  })

  test('a run that could not begin says why beside Start, which can be pressed again', async () => {
    const { panel, page, draft } = await openForm(false)
    await panel.send({ type: 'preview', notices: [], download: 0, draft, columns, preview })
    const start = page.getByRole('button', { name: 'Start', exact: true })
    await start.click()
    await page.getByText('Starting…').waitFor()
    await panel.send({ type: 'notStarted', problem: { text: 'The disk is full.' } })
    const problem = page.locator('footer').getByRole('alert').filter({ hasText: 'The disk is full.' })
    await problem.waitFor()
    expect(await page.getByText('Starting…').count()).toBe(0)
    await start.click()
    await page.getByText('Starting…').waitFor()
    expect(await problem.count()).toBe(0)
    expect((await panel.sent()).filter(({ type }) => type === 'start')).toHaveLength(2)
    await page.close()
  })
})
