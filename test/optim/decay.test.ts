import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isDecayed } from '../../src/optim/decay.ts'
import { shared } from '../shared.ts'

test.each([
  ['distilbert.embeddings.word_embeddings.weight', true],
  ['distilbert.transformer.layer.0.attention.q_lin.weight', true],
  ['distilbert.transformer.layer.0.attention.q_lin.bias', false],
  ['distilbert.transformer.layer.0.sa_layer_norm.weight', false],
  ['bert.embeddings.LayerNorm.weight', false],
  ['mpnet.encoder.relative_attention_bias.weight', false],
  ['deberta.encoder.rel_embeddings.weight', true],
  ['model.layers.1.attn_norm.weight', false],
  ['head.norm.weight', false],
  ['head.normal.weight', true],
  ['norm', false],
])('%s: %s', (name, decayed) => {
  expect(isDecayed(name)).toBe(decayed)
})

test.skipIf(!shared)('the lists that Trainer.get_decay_parameter_names gave for every golden model', () => {
  const metas = readdirSync(`${shared}/golden`, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of metas) {
    const { decay_parameters, no_decay_parameters } = JSON.parse(readFileSync(`${shared}/golden/${name}/meta.json`, 'utf8')) as Record<string, string[]>
    expect([...decay_parameters!, ...no_decay_parameters!].filter(isDecayed).sort(), name).toEqual([...decay_parameters!].sort())
  }
  expect(metas.length).toBeGreaterThanOrEqual(11)
})
