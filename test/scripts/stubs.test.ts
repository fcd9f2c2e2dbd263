// What stands in the place of packages that are left out says so, by a name of its own, where anything uses it.
import { expect, test } from 'vitest'

type Names = Record<string, unknown>
const stub = (name: string) => import(new URL(`../../scripts/stubs/${name}.mjs`, import.meta.url).href) as Promise<Names>

const koffi = (await stub('koffi')).default as Names
const { InferenceSession } = await stub('onnxruntime-web') as { InferenceSession: Record<string, () => unknown> }
const sharp = (await stub('sharp')).default as () => unknown
const xetchunk = await stub('xetchunk-wasm') as Record<string, () => unknown>

test.each<[string, () => unknown, string]>([
  ['koffi', () => koffi.load, 'no native code'],
  ['onnxruntime-web', () => InferenceSession.create(), 'onnxruntime-web is left out'],
  ['sharp', () => sharp(), 'sharp is left out'],
  ...Object.entries(xetchunk).map(([name, use]): [string, () => unknown, string] => [`xetchunk-wasm's ${name}`, use, 'xetchunk-wasm is left out']),
])('%s', (_, use, words) => {
  expect(use).toThrow(expect.objectContaining({ name: 'LeftOutError', message: expect.stringContaining(words) as string }))
})
