// What holds of the whole page: every word is translated, nothing but our script runs, nothing is fetched.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { bundleExtension } from '../../scripts/bundleExtension.mjs'
import { ensureChromium } from '../../scripts/chromium.mjs'
import { UserError } from '../../src/protocol/errors.ts'
import type { EvaluateEvent, RunEvent } from '../../src/protocol/events.ts'
import { notice } from '../../src/protocol/notices.ts'
import { settingNames, valueType } from '../../src/protocol/settings.ts'
import { openPanel } from './page.ts'

const editor = vi.hoisted(() => ({ env: { language: 'en' }, l10n: { bundle: undefined as Record<string, string> | undefined } }))
vi.mock('vscode', () => ({ ...editor, Uri: { joinPath: (...parts: string[]) => parts.join('/') } }))

const english: Record<string, string> = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'))
/** Each text in brackets: what stands outside of them was not translated. */
const pseudo = Object.fromEntries(Object.keys(english).map((text) => [text, `⟦${text}⟧`]))

/** Settings and their values are called as in TrainingArguments, in every language. */
const codes = ['true', 'false', ...settingNames, ...settingNames.flatMap((name) => {
  const type = valueType(name)
  return type instanceof z.ZodEnum ? type.options.map(String) : []
})]

const time = '2026-01-01T00:00:00.000Z'
const per_class = ['1', '2'].map((label) => ({ label, precision: 0.5, recall: 0.5, f1: 0.5, support: 2 }))
const evaluation = { type: 'evaluate', time, epoch: 1, step: 5, training_loss: 0.5, best: true, eval_loss: 0.5, eval_accuracy: 0.5, eval_accuracy_margin: 0.1, eval_f1: 0.5, eval_rows: 4, eval_seconds: 1, eval_runtime: 1, eval_samples_per_second: 4, per_class, confusion_matrix: [[1, 1], [1, 1]] }
const preflight: RunEvent = { type: 'preflight', time, device: '0', device_reason: '', threads: 2, train_rows: 8, eval_rows: 4, label_names: ['1', '2'], max_steps: 5, num_train_epochs: 1, estimated_seconds: 1, memory_bytes: 1, disk_bytes: 1, truncated_share: 0, max_length: 128 }
const progress: RunEvent = { type: 'progress', time, step: 3, max_steps: 5, epoch: 0.6, loss: 0.5, learning_rate: 1e-4, grad_norm: 1, rows_per_second: 9, eta_seconds: 65 }
const warning: RunEvent = { type: 'notice', time, ...notice('data.duplicates', { count: 1, rows: 8 }) }
const run = { id: 'r', name: '1', model: '2', data: '3', inUse: false }

describe.skipIf(process.env.FINETUNE_NO_E2E === '1')('the panel in a browser', () => {
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

  test('the form shows translated words only', async () => {
    translate(pseudo)
    const { page, send } = await openPanel(browser, dist)
    await send({ type: 'form', news: true, models: [{ id: 'm', name: '1', detail: '2' }], data: [], draft: { model: 'm', settings: {} } })
    await page.locator('h1').waitFor()
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true }))
    expect(await untranslated(page)).toEqual([])
    await page.close()
  })

  test('a run shows translated words only, while it goes on and at its end', async () => {
    translate(pseudo)
    const { page, send } = await openPanel(browser, dist)
    await send({ type: 'run', run: { ...run, state: 'running' }, events: [preflight, warning, progress] })
    await page.locator('progress').waitFor()
    expect(await untranslated(page)).toEqual([])
    await send({ type: 'events', events: [evaluation, { type: 'end', time, outcome: 'finished', step: 5, best_step: 5 }] as RunEvent[] })
    await send({ type: 'header', run: { ...run, state: 'finished' } })
    await page.locator('.confusion').waitFor()
    await send({ type: 'corrections', corrections: [{ id: '1', text: '1', was: '1', label: '2', place: '1' }], csv: true })
    await send({ type: 'rows', of: { kind: 'mistakes' }, from: 0, total: 9, rows: [{ row: 0, text: '123', label: '1', predicted: '2', score: 0.5, place: '1', correction: '2' }] })
    await page.getByText('123').first().waitFor()
    expect(await untranslated(page)).toEqual([])
    await page.close()
  })

  test('a run whose model tells a number shows its own measures, and the number', async () => {
    translate(pseudo)
    const { page, send, sent } = await openPanel(browser, dist)
    const number = { ...evaluation, eval_accuracy: null, eval_accuracy_margin: null, eval_f1: null, eval_mse: 0.5, eval_mae: 0.25, eval_pearson: 0.9, eval_spearmanr: null, per_class: [], confusion_matrix: [] }
    await send({ type: 'run', run: { ...run, state: 'finished' }, events: [{ ...preflight, problem_type: 'regression' }, progress, number, { type: 'end', time, outcome: 'finished', step: 5, best_step: 5 }] as RunEvent[] })
    await page.locator('.figures').waitFor()
    expect(await untranslated(page)).toEqual([])
    expect(await page.locator('table').first().locator('tbody tr').first().locator('td').allTextContents()).toEqual(['0.5000', '0.5000', '0.2500', '0.9000', '–'])
    expect(await page.locator('figcaption .title').allTextContents()).toContain('⟦Mean absolute error⟧')
    expect(await page.locator('.confusion').count()).toBe(0)
    await page.locator('.try-it').getByRole('textbox').fill('a text')
    await expect.poll(async () => (await sent()).some(({ type }) => type === 'classify')).toBe(true)
    const { request } = (await sent()).find((message) => message.type === 'classify')!
    await send({ type: 'prediction', request, milliseconds: 1, scores: [{ label: 'LABEL_0', score: 3.8118 }] })
    await expect.poll(() => page.locator('.scores').textContent()).toBe('3.81')
    await page.close()
  })

  test('of several labels micro F1 is shown too', async () => {
    translate(pseudo)
    const { page, send } = await openPanel(browser, dist)
    const several = { ...evaluation, eval_f1_micro: 0.75, confusion_matrix: [] }
    await send({ type: 'run', run: { ...run, state: 'finished' }, events: [preflight, progress, several, { type: 'end', time, outcome: 'finished', step: 5, best_step: 5 }] as RunEvent[] })
    await page.locator('.figures').waitFor()
    expect(await untranslated(page)).toEqual([])
    expect(await page.getByText('75.0%').count()).toBe(2)
    expect(await page.locator('.confusion').count()).toBe(0)
    await page.close()
  })

  test('runs side by side show translated words only', async () => {
    translate(pseudo)
    const { page, send } = await openPanel(browser, dist)
    const best = evaluation as EvaluateEvent
    const compared = { run: { ...run, state: 'finished' as const }, evaluations: [best], best, train_rows: 8, corrections: 1, data_fingerprint: '1' }
    const other = { ...compared, run: { ...compared.run, id: 's', name: '2' }, data_fingerprint: '2' }
    await send({ type: 'compare', runs: [compared, other], differences: [{ setting: 'seed', values: ['1', 'null'] }] })
    await page.locator('h1').waitFor()
    expect(await untranslated(page)).toEqual([])
    await page.close()
  })

  test('why a run failed stands at its top, is translated too, and goes when it goes on', async () => {
    translate(pseudo)
    const { page, send } = await openPanel(browser, dist)
    const { message, code, args } = new UserError('run.no-space', { what: '1', needed: '2', folder: '3', free: '4' })
    await send({ type: 'run', run: { ...run, state: 'failed' }, events: [preflight, { type: 'end', time, outcome: 'failed', error: message, mistake: { code, args }, step: 1, best_step: null }] })
    await page.locator('header + .cause').filter({ hasText: '⟦no space for 1' }).waitFor()
    expect(await untranslated(page)).toEqual([])
    await send({ type: 'header', run: { ...run, state: 'running' } })
    await page.locator('.cause').waitFor({ state: 'hidden' })
    await send({ type: 'header', run: { ...run, state: 'interrupted', cause: '1' } })
    await page.locator('.cause').filter({ hasText: /^⟦Cause: 1⟧$/ }).waitFor()
    await page.close()
  })

  test('another page begins at its top, with its title in focus; the same run anew stays where it is', async () => {
    translate(undefined)
    const { page, send } = await openPanel(browser, dist)
    await page.setViewportSize({ width: 600, height: 200 })
    await send({ type: 'form', news: true, models: [{ id: 'm', name: '1', detail: '2' }], data: [], draft: { model: 'm', settings: {} } })
    await page.getByRole('button', { name: 'Start' }).first().focus()
    const bottom = () => page.evaluate(() => {
      window.scrollTo(0, document.body.scrollHeight)
      return window.scrollY
    })
    const place = () => page.evaluate(() => [document.activeElement!.textContent, window.scrollY])
    expect(await bottom()).toBeGreaterThan(0)
    await send({ type: 'run', run: { ...run, name: 'a-run', state: 'running' }, events: [preflight, evaluation as RunEvent] })
    await expect.poll(place).toEqual(['a-run', 0])
    const below = await bottom()
    expect(below).toBeGreaterThan(0)
    await send({ type: 'run', run: { ...run, name: 'a-run', state: 'running' }, events: [preflight, progress, evaluation as RunEvent] })
    await page.locator('progress[value]').waitFor()
    expect((await place())[1]).toBeGreaterThan(0)
    await page.close()
  })

  test('what went wrong is said until the person goes on', async () => {
    translate(undefined)
    const { page, send } = await openPanel(browser, dist)
    await send({ type: 'run', run: { ...run, state: 'stopped' }, events: [preflight, progress] })
    await send({ type: 'problem', text: 'no room' })
    const problem = page.locator('.problem:not(.cause)')
    await problem.click()
    expect(await problem.textContent()).toBe('no room')
    await page.getByRole('button', { name: 'Resume' }).click()
    await problem.waitFor({ state: 'hidden' })
    await page.close()
  })

  test('the last epoch and the end are both read out, and each change of the state', async () => {
    translate(undefined)
    const { page, send } = await openPanel(browser, dist)
    const spoken = () => page.locator('.run > .spoken').allTextContents()
    await send({ type: 'run', run: { ...run, state: 'running' }, events: [preflight, progress] })
    await send({ type: 'header', run: { ...run, state: 'paused' } })
    await expect.poll(spoken).toEqual(['', 'The run is paused'])
    await send({ type: 'header', run: { ...run, state: 'running' } })
    await expect.poll(spoken).toEqual(['', 'The run is running'])
    await send({ type: 'events', events: [evaluation, { type: 'end', time, outcome: 'finished', step: 5, best_step: 5 }] as RunEvent[] })
    await send({ type: 'header', run: { ...run, state: 'finished' } })
    await expect.poll(spoken).toEqual(['Epoch 1 of 1: accuracy 50.0%', 'The run is finished'])
    await page.close()
  })

  test('a text that is taken out of the playground takes its answer along, the time it took too', async () => {
    translate(undefined)
    const { page, send, sent } = await openPanel(browser, dist)
    await send({ type: 'run', run: { ...run, state: 'finished' }, events: [preflight, progress, evaluation, { type: 'end', time, outcome: 'finished', step: 5, best_step: 5 }] as RunEvent[] })
    const field = page.locator('.try-it').getByRole('textbox')
    await field.fill('a text')
    await expect.poll(async () => (await sent()).some(({ type }) => type === 'classify')).toBe(true)
    const { request } = (await sent()).find((message) => message.type === 'classify')!
    await send({ type: 'prediction', request, milliseconds: 15, scores: [{ label: '1', score: 0.9 }, { label: '2', score: 0.1 }] })
    await page.getByText('15 ms').waitFor()
    await field.fill('')
    await expect.poll(() => page.locator('.try-it .subtitle').textContent()).toBe('')
    expect(await page.locator('.scores').textContent()).toBe('')
    await page.getByRole('button', { name: 'Run Again with Changes…' }).click()
    expect((await sent()).at(-1)).toEqual({ type: 'again', run: 'r' })
    await page.close()
  })

  test('without translations the words are English', async () => {
    translate(undefined)
    const { page, send } = await openPanel(browser, dist)
    await send({ type: 'form', news: true, models: [{ id: 'm', name: '1', detail: '2' }], data: [], draft: { model: 'm', settings: {} } })
    expect(await page.locator('h1').textContent()).toBe('Fine-tune')
    await page.close()
  })

  test('nothing is fetched, nothing but our script runs, and no translation ends its element', async () => {
    translate({ 'Fine-tune': '</script><script>globalThis.broken = 1</script><img src="https://elsewhere.test/x.png">' })
    const { page, refused, send } = await openPanel(browser, dist)
    await send({ type: 'form', news: true, models: [{ id: 'm', name: '<img src=x onerror="globalThis.broken = 2">', detail: '2' }], data: [], draft: { model: 'm', settings: {} } })
    await page.locator('h1').waitFor()
    expect(await page.locator('h1').textContent()).toContain('</script>')
    expect(await page.locator('img').count()).toBe(0)
    // The toolkit sets styles that the policy refuses; it looks as it should without them.
    expect(refused.filter((what) => !what.startsWith('style-src'))).toEqual([])

    await page.evaluate(() => document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.broken = 3' })))
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.test/x.png' })))
    await expect.poll(() => refused.map((what) => what.split(' ')[0]).filter((directive) => !directive.startsWith('style-src'))).toEqual(['script-src-elem', 'img-src'])
    expect(await page.evaluate(() => (globalThis as unknown as { broken?: number }).broken)).toBeUndefined()
    await page.close()
  })
})

function translate(bundle: Record<string, string> | undefined): void {
  editor.l10n.bundle = bundle
  editor.env.language = bundle ? 'qps-ploc' : 'en'
}

/** Words outside of brackets, in texts and in the attributes that are read out or shown. Codes of settings are no words. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate((codes) => {
    const found: string[] = []
    const look = (text: string) => {
      let outside = text
      for (let before = ''; before !== outside;) [before, outside] = [outside, outside.replace(/⟦[^⟦⟧]*⟧/g, '')]
      for (const word of outside.match(/\w+/g) ?? []) if (codes.includes(word)) outside = outside.replace(word, '')
      if (/\p{L}{2}/u.test(outside)) found.push(outside.trim())
    }
    for (const element of Array.from(document.querySelectorAll('#page *'))) {
      for (const node of Array.from(element.childNodes)) if (node.nodeType === Node.TEXT_NODE) look(node.textContent!)
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) look(element.getAttribute(name) ?? '')
    }
    return found
  }, codes)
}
