import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageIndex } from '../../src/gpu/packageIndex.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'finetune-index-'))
  mkdirSync(join(home, 'pip'))
})
afterEach(() => rmSync(home, { recursive: true }))

const pipConf = (text: string) => writeFileSync(join(home, 'pip', 'pip.conf'), text)

test.runIf(process.platform !== 'win32')('the index is the one that is named, else that of pip or uv on this machine', () => {
  pipConf('[global]\ntimeout = 60\nindex-url = https://mirror.test/simple\nextra-index-url = https://other.test/simple\n')
  const env = { XDG_CONFIG_HOME: home }
  expect(packageIndex(undefined, env).href).toBe('https://mirror.test/simple/')
  expect(packageIndex(undefined, { ...env, UV_INDEX_URL: 'https://uv.test/simple/' }).href).toBe('https://uv.test/simple/')
  expect(packageIndex(undefined, { ...env, PIP_INDEX_URL: 'http://pip.test:8080/simple' }).href).toBe('http://pip.test:8080/simple/')
  expect(packageIndex('https://given.test/', { ...env, PIP_INDEX_URL: 'https://pip.test' }).href).toBe('https://given.test/')
})

test('what is no address is refused, its password unsaid', () => {
  for (const bad of ['ftp://me:secret@files.test/', 'file:///etc', 'mirror']) {
    const refused = () => packageIndex(bad, {})
    expect(refused).toThrow(/is not the address of a package index/)
    expect(refused).not.toThrow(/secret/)
  }
})

test.runIf(process.platform !== 'win32')('where nothing names one a person is told how to', () => {
  pipConf('[global]\nextra-index-url = https://other.test/simple\n')
  expect(() => packageIndex(undefined, { PIP_CONFIG_FILE: join(home, 'pip', 'pip.conf'), XDG_CONFIG_HOME: join(home, 'none') })).toThrow(/--index_url/)
})
