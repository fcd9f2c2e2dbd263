import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

function manifest(name: string) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
}

test('the ONNX Runtime that trains is the one that transformers.js asks for: a VSIX carries it once', () => {
  expect(manifest('onnxruntime-node').version).toBe(manifest('@huggingface/transformers').dependencies['onnxruntime-node'])
})
