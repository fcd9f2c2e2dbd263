/** What torch.save wrote (test/golden/torch/make.py), as written and altered. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTensor, openSafetensors } from '../../src/pretrained/safetensors.ts'
import { openTorchFile } from '../../src/pretrained/torchFile.ts'
import { temporaryFolder, userError } from './checkpoint.ts'

const golden = join(import.meta.dirname, '../golden/torch')
const good = join(golden, 'deberta/pytorch_model.bin')
const old = join(golden, 'old_format.bin')

/** A file of these bytes. */
function fileOf(bytes: Buffer | string): string {
  const path = join(temporaryFolder(), 'pytorch_model.bin')
  writeFileSync(path, bytes)
  return path
}

/** The good file, or another, with bytes put over `found` where it is in it first, or last. */
function altered(found: string, put: string, last = false, from = good): string {
  const bytes = readFileSync(from)
  const at = last ? bytes.lastIndexOf(found, undefined, 'latin1') : bytes.indexOf(found, 0, 'latin1')
  expect(at).toBeGreaterThan(-1)
  bytes.write(put, at, 'latin1')
  return fileOf(bytes)
}

test.each(['deberta/pytorch_model.bin', 'old_format.bin'])('every tensor of %s is as torch has it: its type, parameters, shared storage, a number, an empty one', async (name) => {
  const [file, twin] = [await openTorchFile(join(golden, name)), await openSafetensors(join(golden, 'deberta/twin.safetensors'))]
  expect([...file.tensors.keys()].sort()).toEqual([...twin.tensors.keys()].sort())
  for (const [name, { dtype, shape, size }] of twin.tensors) {
    expect(file.tensors.get(name), name).toMatchObject({ dtype, shape, size })
    expect(await readTensor(file, name), name).toEqual(await readTensor(twin, name))
  }
  expect(new Set([...file.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['F32', 'F16', 'BF16', 'I64']))
  expect([...await readTensor(file, 'lm_predictions.rows')]).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31])
})

test('what would run a command in Python is refused by its name, and not run', async () => {
  const error = await userError(() => openTorchFile(join(golden, 'malicious.bin')))
  expect(error).toMatchObject({ code: 'model.pickle-global', args: { name: 'posix.system' } })
  expect(existsSync('/tmp/was-run')).toBe(false)
})

test.each([
  ['of a tensor that is transposed', join(golden, 'transposed.bin'), 'model.torch-file', 'the tensor turned does not lie in one piece, row by row'],
  ['of more than a state dict', join(golden, 'nested.bin'), 'model.torch-file', 'model is no tensor'],
])('a file %s is refused with what to do', async (_, path, code, words) => {
  const error = await userError(() => openTorchFile(path))
  expect(error).toMatchObject({ code, args: { file: path } })
  expect(error.message).toContain(words)
  expect(error.message).toContain('model.safetensors')
})

test.each<[string, () => string, string]>([
  ['nothing', () => fileOf(''), 'model.torch-file'],
  ['a web page', () => fileOf('<!doctype html><title>Sign in</title>'), 'model.torch-file'],
  ['a pointer of Git LFS', () => fileOf('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'), 'model.file-lfs'],
  ['cut off', () => fileOf(readFileSync(good).subarray(0, 9000)), 'model.torch-file'],
  ['cut off at its beginning', () => fileOf(readFileSync(good).subarray(1000)), 'model.torch-file'],
  ['without a pickle', () => altered('/data.pkl', '/date.pkl', true), 'model.torch-file'],
  ['without a storage', () => altered('/data/3PK', '/date/3PK', true), 'model.torch-file'],
  ['big-endian', () => altered('little', 'big   '), 'model.torch-file'],
  ['of a storage of another type than it has bytes for', () => altered('HalfStorage', 'LongStorage'), 'model.torch-file'],
  ['of the old format cut off', () => fileOf(readFileSync(old).subarray(0, -1)), 'model.torch-file'],
  ['of the old format cut off in its pickles', () => fileOf(readFileSync(old).subarray(0, 500)), 'model.torch-file'],
  ['of the old format with another count', () => altered('\xc0\0\0\0\0\0\0\0', '\xc1', false, old), 'model.torch-file'],
  ['of the old format that names another module', () => altered('torch._utils', 'torch.xutils', false, old), 'model.pickle-global'],
  ['that names another module', () => altered('torch._utils', 'torch.xutils'), 'model.pickle-global'],
])('a file %s is refused', async (_, path, code) => {
  expect(await userError(() => openTorchFile(path()))).toMatchObject({ code })
})
