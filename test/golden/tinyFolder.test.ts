import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type * as Layers from '../../src/graph/functions/layers.ts'
import { packageFile } from '../../src/protocol/packageRoot.ts'
import { alteredCopy, type Alteration } from './alteredCopy.ts'
import { run } from './run.ts'

/** Faults that no file of a reference can bring about. */
const faults = vi.hoisted(() => ({ decayOnLayerNorm: false, layerNormEpsilon: undefined as number | undefined }))

vi.mock('../../src/optim/decay.ts', async (original) => {
  const { isDecayed } = await original<{ isDecayed(name: string): boolean }>()
  return { isDecayed: (name: string) => isDecayed(name) || (faults.decayOnLayerNorm && /norm\.weight$/i.test(name)) }
})

vi.mock('../../src/graph/functions/layers.ts', async (original) => {
  const layers = await original<typeof Layers>()
  const layerNorm: typeof Layers.layerNorm = (x, name, epsilon) => layers.layerNorm(x, name, faults.layerNormEpsilon ?? epsilon)
  return { ...layers, layerNorm }
})

const tiny = (name: string) => join(import.meta.dirname, name)
const reference = ['--layout', 'padded', '--optimizer', 'onnx']

test.each([['distilbert', []], ['bert', []], ['distilbert', reference], ['bert', reference]])('%s follows torch %j', async (name, options) => {
  const { code, lines } = await run(...options, tiny(name))
  expect(lines.join('\n')).toMatch(/^PASS/)
  expect(code).toBe(0)
  for (const quantity of ['logits before', 'gradient of step 1', 'loss', 'gradient norm', 'learning rate', 'parameters after', 'logits after']) {
    expect(lines.filter((line) => line.includes(quantity)).length, quantity).toBeGreaterThan(0)
  }
})

test.each(['distilbert', 'bert'])('%s: rows may be cut into uneven micro-batches', async (name) => {
  const folder = await alteredCopy(name, {
    args: { gradient_accumulation_steps: 2 },
    meta: ({ runs }) => Object.values(runs).forEach(({ steps }) => steps.forEach((step, i) => Object.assign(step, { micro_rows: i % 2 ? [4] : [3, 1] }))),
  })
  expect(await run(folder)).toMatchObject({ code: 0, out: [] })
})

const swapQueryAndKey = (name: string) => name.replace(/\b([qk])_lin\b|\b(query|key)\b/, (word) => ({ q_lin: 'k_lin', k_lin: 'q_lin', query: 'key', key: 'query' })[word]!)

const alterations: [string, Alteration, string][] = [
  ['decay off', { args: { weight_decay: 0 } }, 'parameters after'],
  ['AdamW with eps 1e-6', { args: { adam_epsilon: 1e-6 } }, 'parameters after'],
  ['betas swapped', { args: { adam_beta1: 0.999, adam_beta2: 0.9 } }, 'parameters after'],
  ['not clipped', { args: { max_grad_norm: 0 } }, 'parameters after'],
  ['another schedule', { args: { lr_scheduler_type: 'cosine' } }, 'learning rate, relative'],
  ['warmup', { args: { warmup_steps: 0.4 } }, 'learning rate, relative'],
  ['tanh-GELU', { config: { activation: 'gelu_new', hidden_act: 'gelu_new' } }, 'logits before'],
  ['query and key swapped', { rename: swapQueryAndKey }, 'logits before'],
  ['another label', { batches: ([{ labels }]) => { labels[0] = (labels[0] + 1) % 4 } }, 'gradient of step 1'],
]

for (const name of ['distilbert', 'bert']) {
  test(`${name}: a copy passes as it is`, async () => {
    expect(await run(await alteredCopy(name, {}))).toMatchObject({ code: 0, out: [] })
  })

  test.each(alterations)(`${name} fails with %s`, async (_, alteration, quantity) => {
    const { code, out, complaints } = await run(await alteredCopy(name, alteration))
    expect(out).toContain(quantity)
    expect(complaints).toEqual([])
    expect(code).toBe(1)
  })

  test.each([
    ['decay on LayerNorm', { decayOnLayerNorm: true }, ['parameters after']],
    ['LayerNorm with eps 1e-6', { layerNormEpsilon: 1e-6 }, ['gradient of step 1']],
  ])(`${name} fails with %s`, async (_, fault, quantities) => {
    const right = { ...faults }
    Object.assign(faults, fault)
    try {
      const { code, out } = await run(tiny(name))
      expect(out).toEqual(expect.arrayContaining(quantities))
      expect(code).toBe(1)
    } finally {
      Object.assign(faults, right)
    }
  })
}

test('the command itself ends with 1 for one that is out, with 2 for what cannot be read', async () => {
  const command = (...argv: string[]) => spawnSync(process.execPath, [packageFile('dist', 'golden.js'), ...argv], { encoding: 'utf8' })
  const out = command(await alteredCopy('bert', { args: { weight_decay: 0 } }))
  expect(out.stdout).toMatch(/^FAIL/)
  expect(out.status).toBe(1)
  const unreadable = command(tiny('nothing'))
  expect(unreadable.stderr).toMatch(/^golden: no file or folder at .*nothing\n$/)
  expect(unreadable.status).toBe(2)
})
