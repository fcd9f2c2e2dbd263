// Everything a person reads can be translated: the manifest by package.nls.json, the rest by l10n/bundle.l10n.json.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { l10nBundle } from '../../scripts/l10n.mjs'
import { UserError } from '../../src/protocol/errors.ts'
import { notice } from '../../src/protocol/notices.ts'
import { mistakeText, noticeText } from '../../src/protocol/translate.ts'

const bundle: Record<string, string> = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'))
const manifestTexts: Record<string, string> = JSON.parse(readFileSync('package.nls.json', 'utf8'))
const manifest = readFileSync('package.json', 'utf8')

test('the bundle is that of the sources: npm run l10n', async () => {
  expect(await l10nBundle()).toBe(readFileSync('l10n/bundle.l10n.json', 'utf8'))
})

test('the bundle has the texts of calls and those that are looked up', () => {
  for (const text of ['Classify with which run?', 'Choose a File…', 'learning rate of AdamW after warmup', 'a number above 0', 'Batch size']) expect(bundle[text]).toBe(text)
})

test('every %key% of the manifest has its text, and every text its key', () => {
  const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key)
  expect(new Set(keys)).toEqual(new Set(Object.keys(manifestTexts)))
})

test('the manifest shows no text of its own but the name Finetune', () => {
  const shown = new Set(['title', 'name', 'contents', 'description', 'markdownDescription', 'displayName', 'label', 'enumDescriptions', 'shortTitle', 'userDescription'])
  const untranslated: string[] = []
  const look = (value: unknown, key = ''): void => {
    if (Array.isArray(value)) value.forEach((item) => look(item, key))
    else if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) look(inner, name)
    else if (typeof value === 'string' && shown.has(key) && !/^(%[\w.]+%|Finetune)$/.test(value)) untranslated.push(value)
  }
  const { contributes, capabilities, displayName, description } = JSON.parse(manifest)
  // What a language model reads stays English.
  const languageModelTools = contributes.languageModelTools.map(({ displayName, userDescription }: Record<string, string>) => ({ displayName, userDescription }))
  look({ contributes: { ...contributes, languageModelTools }, capabilities, displayName, description })
  expect(untranslated).toEqual([])
})

test('a mistake is worded by its translated template, its arguments as they are', () => {
  const german: Record<string, string> = { '{setting} must be {allowed}, not {value}': '{value} ist falsch für {setting}: {allowed}', 'a number above 0': 'eine Zahl über 0' }
  const translate = (text: string) => german[text] ?? text
  const mistake = new UserError('settings.value', { setting: 'learning_rate', value: 'a number above 0', allowed: 'a number above 0' })
  expect(mistakeText(translate, mistake)).toBe('a number above 0 ist falsch für learning_rate: eine Zahl über 0')
  expect(mistakeText(translate, new UserError('settings.fp16-and-bf16', {}))).toBe('fp16 and bf16 are both on: choose one')
  expect(mistakeText(translate, { code: 'constructor', args: {} })).toBeUndefined()
})

test('a notice of another version keeps its own words', () => {
  const known = notice('data.class-missing', { split: 'test', names: '"{split}\u001b[31m"' })
  expect(noticeText((text) => text.toUpperCase().replace('{SPLIT}', '{split}').replace('{NAMES}', '{names}'), known)).toBe('NO test ROW HAS THE LABEL "{split} [31m"')
  expect(noticeText((text) => text.toUpperCase(), { code: 'later.code', args: {}, text: 'as it was said' })).toBe('as it was said')
})
