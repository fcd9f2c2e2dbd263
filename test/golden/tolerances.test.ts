import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gradientTolerance, gradNormTolerance, logitsTolerance, lossTolerance, parameterTolerance } from '../../golden/tolerances.ts'

interface Meta {
  fp32_vs_fp64_logits_max_abs_diff: number
  grads_step1: Record<string, { max_abs: number; fp32_vs_fp64_max_abs_diff: number }>
  tolerances: { logits_before_abs: number; grads_step1_abs: Record<string, number> }
  runs: Record<string, {
    steps: { learning_rate: number }[]
    params_after_max_abs_update: Record<string, number>
    params_after_fp32_vs_fp64_max_abs_diff: Record<string, number>
    tolerances: { loss_abs: number; grad_norm_rel: number; params_abs: Record<string, number> }
  }>
}

test.each(['distilbert', 'bert'])('the rule gives the tolerances that %s comes with', (name) => {
  const meta = JSON.parse(readFileSync(join(import.meta.dirname, name, 'meta.json'), 'utf8')) as Meta
  expect(logitsTolerance(meta.fp32_vs_fp64_logits_max_abs_diff)).toBeCloseTo(meta.tolerances.logits_before_abs, 18)
  for (const [parameter, { max_abs, fp32_vs_fp64_max_abs_diff }] of Object.entries(meta.grads_step1)) {
    expect(gradientTolerance({ noise: fp32_vs_fp64_max_abs_diff, maxAbs: max_abs }), parameter).toBeCloseTo(meta.tolerances.grads_step1_abs[parameter], 18)
  }
  for (const run of Object.values(meta.runs)) {
    expect(lossTolerance).toBe(run.tolerances.loss_abs)
    expect(gradNormTolerance).toBe(run.tolerances.grad_norm_rel)
    const rates = run.steps.reduce((sum, { learning_rate }) => sum + learning_rate, 0)
    for (const [parameter, tolerance] of Object.entries(run.tolerances.params_abs)) {
      const noise = run.params_after_fp32_vs_fp64_max_abs_diff[parameter]
      expect(parameterTolerance({ noise, update: run.params_after_max_abs_update[parameter], rates }), parameter).toBeCloseTo(tolerance, 15)
    }
  }
})
