import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toFloat32 } from '../../src/pretrained/dtypes.ts'

const expected = JSON.parse(readFileSync('test/golden/safetensors/expected.json', 'utf8')) as { allF16: string, allBF16: string }

test.each([['F16', expected.allF16], ['BF16', expected.allBF16]] as const)('all 65,536 bit patterns of %s are converted as numpy does', (dtype, hash) => {
  const source = Uint16Array.from({ length: 1 << 16 }, (_, pattern) => pattern)
  const values = new Float32Array(source.length)
  toFloat32(dtype, new Uint8Array(source.buffer), values)
  const finite = values.map((value) => Number.isFinite(value) ? value : 0)
  expect(createHash('sha256').update(new Uint8Array(finite.buffer)).digest('hex')).toBe(hash)
})

test('infinity and NaN stay what they are, so that they can be refused', () => {
  const halves = new Float32Array(4)
  toFloat32('F16', new Uint8Array(Uint16Array.of(0x7c00, 0xfc00, 0x7c01, 0xfe00).buffer), halves)
  expect([...halves]).toEqual([Infinity, -Infinity, NaN, NaN])
  const brains = new Float32Array(4)
  toFloat32('BF16', new Uint8Array(Uint16Array.of(0x7f80, 0xff80, 0x7f81, 0xffc0).buffer), brains)
  expect([...brains]).toEqual([Infinity, -Infinity, NaN, NaN])
  const beyond = new Float32Array(1)
  toFloat32('F64', new Uint8Array(Float64Array.of(1e39).buffer), beyond)
  expect(beyond[0]).toBe(Infinity)
})
