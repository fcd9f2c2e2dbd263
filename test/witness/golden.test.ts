import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ensureMinilm } from '../../scripts/witness.mjs'
import { run } from '../golden/run.ts'
import { shared } from '../shared.ts'
import { ask } from './witness.ts'

const usual = {
  weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1,
  lr_scheduler_type: 'linear', warmup_steps: 0, gradient_accumulation_steps: 1, max_steps: 5,
}

/** Models and runs unlike those of shared/data/golden: golden.py makes them with torch. */
const others = {
  'a DistilBERT of 2 labels and odd sizes, accumulating uneven batches': {
    config: { model_type: 'distilbert', vocab_size: 600, max_position_embeddings: 40, dim: 30, n_layers: 2, n_heads: 3, hidden_dim: 50, num_labels: 2, activation: 'relu' },
    batch_sizes: [3, 1, 5, 2, 4, 4, 4, 1, 2, 3],
    runs: {
      linear: { ...usual, learning_rate: 5e-4, gradient_accumulation_steps: 2 },
      cosine: { ...usual, learning_rate: 1e-3, weight_decay: 0.1, lr_scheduler_type: 'cosine', warmup_steps: 2, gradient_accumulation_steps: 2, max_grad_norm: 0 },
    },
  },
  'a DistilBERT of 7 labels and 3 layers, warmed up': {
    config: { model_type: 'distilbert', vocab_size: 600, max_position_embeddings: 64, dim: 20, n_layers: 3, n_heads: 2, hidden_dim: 33, num_labels: 7 },
    batch_sizes: [1, 7, 2, 6, 3, 4, 4, 4],
    runs: {
      share: { ...usual, learning_rate: 2e-5, max_steps: 8, warmup_steps: 0.3 },
      constant: { ...usual, learning_rate: 1e-3, max_steps: 8, lr_scheduler_type: 'constant_with_warmup', warmup_steps: 3, adam_beta1: 0.8, adam_beta2: 0.99, adam_epsilon: 1e-6 },
    },
  },
  'a BERT with tanh-GELU and another eps, clipped hard': {
    config: { model_type: 'bert', vocab_size: 600, max_position_embeddings: 64, hidden_size: 36, num_hidden_layers: 2, num_attention_heads: 6, intermediate_size: 70, num_labels: 2, hidden_act: 'gelu_new', layer_norm_eps: 1e-5 },
    batch_sizes: [4, 3, 2, 1, 5],
    runs: {
      constant: { ...usual, learning_rate: 5e-4, lr_scheduler_type: 'constant' },
      clipped: { ...usual, learning_rate: 1e-3, weight_decay: 0.1, max_grad_norm: 0.1 },
    },
  },
  'a BERT of one layer and 7 labels, accumulating three batches': {
    config: { model_type: 'bert', vocab_size: 90, max_position_embeddings: 130, hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 4, intermediate_size: 64, num_labels: 7, hidden_act: 'silu', type_vocab_size: 1 },
    batch_sizes: [2, 1, 3, 4, 1, 2, 2, 2, 2],
    runs: { linear: { ...usual, learning_rate: 5e-4, gradient_accumulation_steps: 3, max_steps: 3 } },
  },
}

test.each(Object.entries(others))('%s', async (_, model) => {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-golden-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  ask('golden.py', [{ folder, seed: 0, ...model }])
  for (const options of [[], ['--layout', 'padded', '--optimizer', 'onnx']]) {
    const { code, lines } = await run(...options, folder)
    expect(lines.join('\n')).toMatch(/^PASS/)
    expect(code).toBe(0)
  }
})

test.skipIf(!shared).each(['', 'trainer_run_n1000_bs16_lr2e-5_nodrop.json'])('MiniLM follows torch, and all steps of Trainer %s', async (file) => {
  const { code, lines } = await run('--model', ensureMinilm(), join(shared!, 'golden/minilm', file))
  expect(lines.join('\n')).toMatch(/^PASS/)
  expect(code).toBe(0)
})
