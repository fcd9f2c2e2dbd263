// The packed extension as others get it: on a platform without native code, and in another language.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject } from 'vitest'
import { journey } from './journey.ts'
import { universalExtensions } from './universal.ts'
import { commandsOffered, openTrainingView, panel, runCommand } from './window.ts'

const place = mkdtempSync(join(tmpdir(), 'finetune-variants-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const universal = universalExtensions()

journey('without native code the view says why nothing can be trained, and no command offers it', { extensions: universal }, async ({ page }) => {
  await openTrainingView(page)
  await page.getByText('Training and classifying are not available here').waitFor()
  await page.getByText('Intel Macs and Alpine Linux have none', { exact: false }).waitFor()
  expect(await page.getByRole('button', { name: /Try it|Use my own file/ }).count()).toBe(0)
  expect(await commandsOffered(page)).toEqual(['Focus on Training View', 'Show Log', 'Sign In to Hugging Face'])
})

/** A language pack without words of VS Code's own, and each text of ours in brackets. */
const bracketed = join(place, 'bracketed')
cpSync(inject('extensions'), bracketed, { recursive: true })
const ours = join(bracketed, readdirSync(bracketed).find((name) => name.startsWith('finetune.'))!)
for (const [from, to] of [['package.nls.json', 'package.nls.de.json'], ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json']]) {
  const texts: Record<string, string> = JSON.parse(readFileSync(join(ours, from), 'utf8'))
  writeFileSync(join(ours, to), JSON.stringify(Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, `⟦${text}⟧`]))))
}
writeFileSync(join(place, 'vscode.json'), '{"contents":{}}')
const languagePacks = { de: { hash: 'a', label: 'Deutsch', extensions: [{ extensionIdentifier: { id: 'a.de' }, version: '1.0.0' }], translations: { vscode: join(place, 'vscode.json') } } }

journey('in another language manifest, host and page are translated', { extensions: bracketed, flags: ['--locale', 'de'], userData: { 'languagepacks.json': JSON.stringify(languagePacks) } }, async ({ page }) => {
  await openTrainingView(page)
  await page.getByText('⟦Teach a text classifier your own labels, on this machine.').waitFor()
  await runCommand(page, '⟦Fine-tune on AG News⟧')
  await page.getByRole('tab', { name: '⟦Fine-tune⟧' }).waitFor()
  await panel(page).getByRole('heading', { name: '⟦Fine-tune⟧' }).waitFor()
})
