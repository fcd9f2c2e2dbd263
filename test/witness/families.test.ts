import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from '../golden/run.ts'
import { variants } from './familyVariants.ts'
import { ask } from './witness.ts'

// With an epsilon as small as Trainer's, AdamW makes as much of a gradient that is nothing but rounding as of any other, and how far two
// machines are apart is a matter of luck: test/golden has that epsilon, with tolerances of its own.
const args = {
  learning_rate: 1e-3, weight_decay: 0.1, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-4, max_grad_norm: 1,
  lr_scheduler_type: 'linear', warmup_steps: 0, gradient_accumulation_steps: 1, max_steps: 2,
}

const folder = mkdtempSync(join(tmpdir(), 'finetune-families-'))
afterAll(() => rmSync(folder, { recursive: true }))
const asked = variants.map(({ name, ...model }, i) => ({ name, made: { ...model, folder: join(folder, String(i)), seed: i, batch_sizes: [4, 3], runs: { two: args } } }))
ask('golden.py', asked.map(({ made }) => made))

test.each(asked)('$name: logits, losses, gradients and updates are torch\'s', async ({ made }) => {
  for (const options of [[], ['--layout', 'padded', '--optimizer', 'onnx']]) {
    const { lines, complaints } = await run(...options, made.folder)
    expect(complaints).toEqual([])
    expect(lines.join('\n')).toMatch(/^PASS/)
  }
})
