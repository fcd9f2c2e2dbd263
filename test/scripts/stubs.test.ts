// What stands in the place of packages that are left out says so, by a name of its own, where anything uses it.
import { expect, test } from 'vitest'
import koffi from '../../scripts/stubs/koffi.mjs'
import { InferenceSession } from '../../scripts/stubs/onnxruntime-web.mjs'
import sharp from '../../scripts/stubs/sharp.mjs'
import * as xetchunk from '../../scripts/stubs/xetchunk-wasm.mjs'

test.each<[string, () => unknown, string]>([
  ['koffi', () => koffi.load, 'no native code'],
  ['onnxruntime-web', () => InferenceSession.create(), 'onnxruntime-web is left out'],
  ['sharp', () => sharp(), 'sharp is left out'],
  ...Object.entries(xetchunk).map(([name, use]): [string, () => unknown, string] => [`xetchunk-wasm's ${name}`, use as () => unknown, 'xetchunk-wasm is left out']),
])('%s', (_, use, words) => {
  expect(use).toThrow(expect.objectContaining({ name: 'LeftOutError', message: expect.stringContaining(words) as string }))
})
