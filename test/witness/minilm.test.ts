import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureMinilm } from '../../scripts/witness.mjs'
import { shared } from '../shared.ts'

test.skipIf(!shared).each(['minilm', 'minilm/trainer_run_n1000_bs16_lr2e-5_nodrop.json'])('golden/%s is followed from the real weights', (reference) => {
  const env = { ...process.env, FINETUNE_MINILM: ensureMinilm() }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/golden.js', join(shared!, 'golden', reference)], { env, encoding: 'utf8' })
  expect(status, stdout + stderr).toBe(0)
})
