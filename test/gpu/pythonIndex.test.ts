import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pythonIndex } from '../../src/gpu/pythonIndex.ts'

let bin: string
beforeEach(() => { bin = mkdtempSync(join(tmpdir(), 'finetune-python-')) })
afterEach(() => rmSync(bin, { recursive: true }))

/** A program of that name which does what the shell says. */
function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}

const isPosix = process.platform !== 'win32'

test.runIf(isPosix)('pip is asked what it uses; where there is a Python without pip, uv', async () => {
  const env = { PATH: `${bin}:/bin` }
  program('uv', 'cat >/dev/null; echo "--index-url https://uv.test/simple"')
  program('python3', 'echo "No module named pip" >&2; exit 1')
  expect(await pythonIndex(env)).toBe('https://uv.test/simple')
  program('python', 'case "$*" in "-I -c "*pip*) echo "a warning"; echo https://pip.test/simple;; esac')
  expect(await pythonIndex(env)).toBe('https://pip.test/simple')
})

test('what variables name is taken, and nothing is asked', async () => {
  if (isPosix) program('python3', 'echo https://asked.test/')
  expect(await pythonIndex({ PATH: bin, UV_INDEX_URL: 'https://uv.test/' })).toBe('https://uv.test/')
  expect(await pythonIndex({ PATH: bin, PIP_INDEX_URL: 'https://pip.test/', UV_INDEX_URL: 'https://uv.test/' })).toBe('https://pip.test/')
})

test('no index is known where neither pip nor uv is there, or they name none that can be reached', async () => {
  mkdirSync(join(bin, 'python3'))
  expect(await pythonIndex({ PATH: bin })).toBeUndefined()
  if (!isPosix) return
  rmSync(join(bin, 'python3'), { recursive: true })
  program('python3', 'echo None')
  expect(await pythonIndex({ PATH: bin })).toBeUndefined()
})
