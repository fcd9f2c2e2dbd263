// What the Marketplace asks of the manifest. vsce itself checks more when it packs, and `npm run package` fails on its warnings.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

test('the manifest is complete', () => {
  expect(manifest).toMatchObject({
    license: 'Apache-2.0',
    publisher: expect.stringMatching(/^[a-z0-9-]+$/),
    repository: { type: 'git', url: expect.stringMatching(/^https:/) },
    bugs: { url: expect.stringMatching(/^https:/) },
    homepage: expect.stringMatching(/^https:/),
    categories: ['Machine Learning', 'Data Science', 'AI'],
    engines: { vscode: '^1.106.0' },
    extensionKind: ['workspace'],
    l10n: './l10n',
    main: './dist/extension.cjs',
    capabilities: { untrustedWorkspaces: { supported: 'limited' }, virtualWorkspaces: false },
  })
  expect(manifest.keywords.length).toBeLessThanOrEqual(30)
})

test('the types are those of the oldest VS Code that is supported', () => {
  expect(manifest.devDependencies['@types/vscode'].replace('~', '')).toMatch(/^1\.106\./)
})

test('the icon is a PNG of at least 128 pixels', () => {
  const icon = readFileSync(manifest.icon)
  expect(icon.subarray(1, 4).toString()).toBe('PNG')
  expect(icon.readUInt32BE(16)).toBeGreaterThanOrEqual(128)
  expect(icon.readUInt32BE(20)).toBe(icon.readUInt32BE(16))
})

test('LICENSE is the Apache License', () => {
  expect(readFileSync('LICENSE', 'utf8')).toContain('Version 2.0, January 2004')
})
