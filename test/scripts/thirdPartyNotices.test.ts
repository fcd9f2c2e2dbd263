import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleExtension } from '../../scripts/bundleExtension.mjs'
import { nativeFiles } from '../../scripts/targets.mjs'
import { packageNotice, thirdPartyNotices } from '../../scripts/thirdPartyNotices.mjs'

function packageWith(manifest: object, files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'notices-'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'other', version: '1.2.3', ...manifest }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('a known licence is listed with its text and the notices beside it', () => {
  const folder = packageWith({ license: 'MIT' }, { 'license.md': 'may be used', NOTICE: 'made by another' })
  expect(packageNotice(folder)).toEqual({ title: 'other 1.2.3 (MIT)', text: 'made by another\n\nmay be used' })
})

test.each([{ license: 'GPL-3.0' }, { license: 'SEE LICENSE IN EULA' }, { license: undefined }])('the licence $license fails', (manifest) => {
  expect(() => packageNotice(packageWith(manifest, { LICENSE: 'text' }))).toThrow(/licence/)
})

test('a licence without its text fails', () => {
  expect(() => packageNotice(packageWith({ license: 'MIT' }))).toThrow(/brings no text/)
})

test('all that the extension is bundled from has a known licence with its text', async () => {
  const bundled = await bundleExtension(mkdtempSync(join(tmpdir(), 'bundle-')))
  expect(thirdPartyNotices(bundled, Object.keys(nativeFiles('linux-x64')))).toMatch(/^- @huggingface\/transformers 4/m)
})

test('what is bundled and copied is named once, with the embedded model and data, and no more', () => {
  const bundled = ['src/extension.ts', 'node_modules/zod/v4/index.js', 'node_modules/zod/v4/core.js', 'node_modules/@vscode/l10n/dist/main.js']
  const notices = thirdPartyNotices(bundled, Object.keys(nativeFiles('linux-x64')))
  const listed = [...notices.slice(0, notices.indexOf('=====')).matchAll(/^- (\S+)/gm)].map(([, name]) => name)
  expect(listed).toEqual(['@koromix/koffi-linux-x64', '@vscode/l10n', 'assemblyscript', 'koffi', 'onnxruntime-common', 'onnxruntime-node', 'zod', 'embedded/news-mini', 'embedded/news-sample', 'What'])
  expect(notices).toContain('Copyright (c) Microsoft Corporation')
  expect(notices).toContain('all-MiniLM-L6-v2 (Apache-2.0)')
})
