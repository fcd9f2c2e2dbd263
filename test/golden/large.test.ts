import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shared } from '../shared.ts'
import { run } from './run.ts'

const reference = ['--layout', 'padded', '--optimizer', 'onnx']
const golden = (name: string) => join(shared!, 'golden', name)

test.skipIf(!shared)('MiniLM as DistilBERT follows torch', async () => {
  const { code, lines } = await run(golden('minilm_distilbert'))
  expect(lines.join('\n')).toMatch(/^PASS/)
  expect(code).toBe(0)
}, 300_000)

test.skipIf(!shared).each([[[]], [reference]])('all steps and epochs of Trainer on the tiny DistilBERT %j', async (options) => {
  const { code, lines } = await run(...options, golden('distilbert/trainer_run_n100_bs4_lr5e-4.json'))
  expect(lines.join('\n')).toMatch(/^PASS/)
  expect(code).toBe(0)
}, 300_000)
