/** The program as it is built, on a machine without a GPU pack. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { packageFile } from '../../src/protocol/packageRoot.ts'

const folder = mkdtempSync(join(tmpdir(), 'finetune-gpu-commands-'))
afterAll(() => rmSync(folder, { recursive: true }))

function gpu(...words: string[]) {
  const env = { ...process.env, XDG_DATA_HOME: folder, LOCALAPPDATA: folder }
  return spawnSync(process.execPath, [packageFile('dist/finetune.js'), 'gpu', ...words], { env, encoding: 'utf8' })
}

test('status says what trainings use, and ends well', () => {
  const { status, stdout } = gpu('status')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^GPU: .*\nGPU pack: not installed\nTrainings use the CPU/)
})

test('check says that there is no GPU, with an exit code for scripts', () => {
  const { status, stderr } = gpu('check')
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: no GPU can be used here: /)
})

test('there is nothing to remove', () => {
  expect(gpu('remove').stdout).toMatch(/^There is no GPU pack in /)
})
