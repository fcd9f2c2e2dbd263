import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSafetensors, readTensor, readTensorInto } from '../../src/pretrained/safetensors.ts'
import { safetensorsBytes, temporaryFolder, userError } from './checkpoint.ts'

const golden = 'test/golden/safetensors'
const { float32 } = JSON.parse(readFileSync(`${golden}/expected.json`, 'utf8')) as { float32: Record<string, number[]> }

test.each(Object.entries(float32))('a tensor of %s written by Python is read as numpy converts it', async (name, values) => {
  const file = await openSafetensors(`${golden}/dtypes.safetensors`)
  expect(file.tensors.get(name)).toMatchObject({ dtype: name.toUpperCase(), shape: [2, 5], size: 10 })
  expect([...await readTensor(file, name)]).toEqual(values)
})

test('metadata, scalars, empty tensors and names that are not ASCII are read', async () => {
  const file = await openSafetensors(`${golden}/written.safetensors`)
  expect(file.metadata).toEqual({ format: 'pt' })
  expect([...await readTensor(file, 'scalar')]).toEqual([0.5])
  expect([...await readTensor(file, 'empty')]).toEqual([])
  expect(file.tensors.get('ü')).toMatchObject({ shape: [2, 3] })
})

test('a tensor larger than one piece is read into the given memory, each value in its place', async () => {
  const count = 5_000_001
  const halves = Uint16Array.from({ length: count }, (_, index) => 0x3c00 + index % 1024) // 1 + (index % 1024) / 1024
  const header = { before: { dtype: 'F16', shape: [1], data_offsets: [0, 2] }, big: { dtype: 'F16', shape: [count], data_offsets: [2, 2 + 2 * count] } }
  const path = written(safetensorsBytes(header, Buffer.concat([Buffer.alloc(2), new Uint8Array(halves.buffer)])))
  const memory = new Float32Array(count + 2).fill(-1)
  await readTensorInto(await openSafetensors(path), 'big', memory.subarray(1, count + 1))
  expect([memory[0], memory[count + 1]]).toEqual([-1, -1])
  const wrong = memory.subarray(1, count + 1).findIndex((value, index) => value !== 1 + index % 1024 / 1024)
  expect(wrong).toBe(-1)
})

describe('a file that lies is refused before it is trusted', () => {
  const f32 = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32'): object => ({ dtype, shape, data_offsets: [begin, end] })
  const eight = new Uint8Array(8)
  const cases: [what: string, bytes: Buffer, code: string, tensor?: string][] = [
    ['an empty file', Buffer.alloc(0), 'model.file-no-header'],
    ['less than a header length', Buffer.alloc(7), 'model.file-no-header'],
    ['a header length beyond the file', Buffer.from('ffff000000000000', 'hex'), 'model.file-no-header'],
    ['a header length beyond 2^63', Buffer.from('ffffffffffffffff', 'hex'), 'model.file-no-header'],
    ['a header that is no JSON', safetensorsBytes('{"a":', eight), 'model.file-no-header'],
    ['a header that is not UTF-8', Buffer.from(safetensorsBytes({ '~': f32([2], 0, 8) }, eight).toString('latin1').replace('~', '\xff'), 'latin1'), 'model.file-no-header'],
    ['a header that is a list', safetensorsBytes('[]', eight), 'model.file-no-header'],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'), 'model.file-lfs'],
    ['an entry that is no object', safetensorsBytes({ a: 3 }, eight), 'model.tensor-entry', 'a'],
    ['an entry without offsets', safetensorsBytes({ a: { dtype: 'F32', shape: [2] } }, eight), 'model.tensor-entry', 'a'],
    ['three offsets', safetensorsBytes({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4, 8] } }, eight), 'model.tensor-entry', 'a'],
    ['a negative length', safetensorsBytes({ a: f32([-2], 0, 8) }, eight), 'model.tensor-entry', 'a'],
    ['a negative offset', safetensorsBytes({ a: f32([2], -8, 0) }, eight), 'model.tensor-entry', 'a'],
    ['a fractional shape', safetensorsBytes({ a: f32([0.5, 4], 0, 8) }, eight), 'model.tensor-entry', 'a'],
    ['metadata that is no text', safetensorsBytes({ __metadata__: { format: 1 }, a: f32([2], 0, 8) }, eight), 'model.tensor-entry', '__metadata__'],
    ['an unknown dtype', safetensorsBytes({ a: f32([2], 0, 8, 'F31') }, eight), 'model.tensor-dtype', 'a'],
    ['a dtype named like a method', safetensorsBytes({ a: f32([2], 0, 8, 'toString') }, eight), 'model.tensor-dtype', 'a'],
    ['a dtype of another size', safetensorsBytes({ a: f32([2], 0, 8, 'F16') }, eight), 'model.tensor-size', 'a'],
    ['a shape too large for its bytes', safetensorsBytes({ a: f32([3], 0, 8) }, eight), 'model.tensor-size', 'a'],
    ['a shape whose product overflows', safetensorsBytes({ a: f32([2 ** 40, 2 ** 40], 0, 8) }, eight), 'model.tensor-size', 'a'],
    ['offsets that go backwards', safetensorsBytes({ a: f32([2], 8, 0) }, eight), 'model.tensor-size', 'a'],
    ['tensors that overlap', safetensorsBytes({ a: f32([1], 0, 4), b: f32([1], 2, 6) }, eight), 'model.tensor-offset', 'b'],
    ['two tensors in one place', safetensorsBytes({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, eight), 'model.tensor-offset', 'b'],
    ['a gap', safetensorsBytes({ a: f32([1], 4, 8) }, eight), 'model.tensor-offset', 'a'],
    ['a name given twice', safetensorsBytes('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', eight), 'model.tensor-offset', 'a'],
    ['a tensor beyond the end', safetensorsBytes({ a: f32([1], 0, 4), b: f32([2], 4, 12) }, eight), 'model.file-truncated', 'b'],
    ['bytes that belong to no tensor', safetensorsBytes({ a: f32([1], 0, 4) }, eight), 'model.file-surplus'],
  ]
  test.each(cases)('%s', async (_, bytes, code, tensor) => {
    const path = written(bytes)
    const error = await userError(() => openSafetensors(path))
    expect(error).toMatchObject({ code, args: { file: path, ...tensor === undefined ? {} : { tensor } } })
  })

  test('a header beyond the library\'s limit, though it is whole', async () => {
    const header = Buffer.alloc(100_000_001, ' ')
    header.write('{}')
    const path = written(Buffer.concat([Buffer.from('01e1f50500000000', 'hex'), header]))
    expect(await userError(() => openSafetensors(path))).toMatchObject({ code: 'model.file-no-header' })
  })

  test('a folder, or nothing, where the file should be', async () => {
    const folder = temporaryFolder()
    expect(await userError(() => openSafetensors(folder))).toMatchObject({ code: 'model.file-no-header' })
    expect(await userError(() => openSafetensors(join(folder, 'none')))).toMatchObject({ code: 'model.file-missing' })
  })

  test('a file cut short at every byte', async () => {
    const whole = readFileSync(`${golden}/written.safetensors`)
    const path = join(temporaryFolder(), 'cut.safetensors')
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      expect((await userError(() => openSafetensors(path))).code).toMatch(/^model\.file-(no-header|truncated)$/)
    }
  })
})

test.each([
  ['F32', '0000c07f'], ['F32', '0000807f'], ['F32', '000080ff'], ['F16', '007e'], ['F16', '00fc'], ['BF16', 'c07f'], ['BF16', '80ff'], ['F64', '000000000000f87f'],
])('NaN and infinity are refused when read: %s %s', async (dtype, pattern) => {
  const bytes = Buffer.from('00'.repeat(pattern.length / 2) + pattern, 'hex')
  const file = await openSafetensors(written(safetensorsBytes({ bad: { dtype, shape: [2], data_offsets: [0, bytes.length] } }, bytes)))
  expect(await userError(() => readTensor(file, 'bad'))).toMatchObject({ code: 'model.tensor-not-finite', args: { file: file.path, tensor: 'bad' } })
})

test('a type that does not convert is refused by name', async () => {
  const file = await openSafetensors(`${golden}/dtypes.safetensors`)
  expect(await userError(() => readTensor(file, 'u8'))).toMatchObject({ code: 'model.tensor-type', args: { tensor: 'u8', dtype: 'U8' } })
})

test('a file that shrinks after it was opened is not read beyond its end', async () => {
  const path = written(readFileSync(`${golden}/written.safetensors`))
  const file = await openSafetensors(path)
  truncateSync(path, file.dataStart + 30)
  expect(await userError(() => readTensor(file, 'a.weight'))).toMatchObject({ code: 'model.file-truncated', args: { tensor: 'a.weight' } })
})

function written(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'model.safetensors')
  writeFileSync(path, bytes)
  return path
}
