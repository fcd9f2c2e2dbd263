import { expect, test } from 'vitest'
import { planText } from '../../src/cli/gpu.ts'
import { packFiles } from '../../src/gpu/packFiles.ts'

test('a person is told what is fetched, from which host, without the password in its address', () => {
  const files = packFiles('linux', 'x64')!
  const text = planText({ files, card: { name: 'NVIDIA T4', id: 0, bfloat16: false }, wheels: files.wheels.slice(0, 1), found: new Map([['libcublas.so.13', '/venv/libcublas.so.13']]), bytes: 246_700_000 }, new URL('https://me:secret@mirror.test/simple/'))
  expect(text).toContain('NVIDIA T4 can train')
  expect(text).toContain('libcublas.so.13 is here already: /venv/libcublas.so.13')
  expect(text).toMatch(/About 247 MB are fetched from the Python package index at mirror\.test and /)
  expect(text).not.toContain('secret')
})
