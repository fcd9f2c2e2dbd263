/** DistilBertForSequenceClassification of transformers (modeling_distilbert.py). Weights carry its names. */
import { z } from 'zod'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { add } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { activation, dividesWidth, initializerRange, parseConfig, probability, tokenId, width } from './configFields.ts'
import { activations } from '../graph/functions/activations.ts'
import type { Layout } from './layouts/layout.ts'

const fields = z.object({
  vocab_size: width.default(30522),
  max_position_embeddings: width.default(512),
  n_layers: width.default(6),
  n_heads: width.default(12),
  dim: width.default(768),
  hidden_dim: width.default(3072),
  dropout: probability.default(0.1),
  attention_dropout: probability.default(0.1),
  seq_classif_dropout: probability.default(0.2),
  activation: activation.default('gelu'),
  pad_token_id: tokenId.nullable().default(0),
  initializer_range: initializerRange,
})
type Config = z.infer<typeof fields>

const epsilon = 1e-12 // of every LayerNorm, not in the configuration

export const distilbert: Architecture<Config> = {
  modelType: 'distilbert',
  className: 'DistilBertForSequenceClassification',
  prefix: 'distilbert.',
  usesTokenTypes: () => false,
  // As in its attribute_map; sinusoidal_pos_embds only says how positions began.
  readConfig: ({ hidden_size, num_hidden_layers, num_attention_heads, ...raw }) => parseConfig('distilbert', fields, { dim: hidden_size, n_layers: num_hidden_layers, n_heads: num_attention_heads, ...raw }, ({ dim, n_heads }) => ({ n_heads: [dim % n_heads === 0, dividesWidth] })),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    let x = embeddings(config, layout)
    for (let i = 0; i < config.n_layers; i++) x = block(config, layout, `distilbert.transformer.layer.${i}`, x, i === config.n_layers - 1)
    const pooled = activations.relu(linear(layout.first(x), 'pre_classifier', config.dim))
    return linear(layout.dropout(pooled, config.seq_classif_dropout), 'classifier', labels)
  },
}

function embeddings(config: Config, layout: Layout): Tensor {
  const words = layout.lookup('input_ids', 'distilbert.embeddings.word_embeddings.weight', [config.vocab_size, config.dim], config.pad_token_id)
  const places = layout.lookup('position_ids', 'distilbert.embeddings.position_embeddings.weight', [config.max_position_embeddings, config.dim])
  return layout.dropout(layerNorm(add(words, places), 'distilbert.embeddings.LayerNorm', epsilon), config.dropout)
}

function block(config: Config, layout: Layout, name: string, x: Tensor, last: boolean): Tensor {
  const queries = last ? layout.narrow(x) : x
  const context = layout.attention(
    linear(queries, `${name}.attention.q_lin`, config.dim),
    linear(x, `${name}.attention.k_lin`, config.dim),
    linear(x, `${name}.attention.v_lin`, config.dim),
    { heads: config.n_heads, p: config.attention_dropout },
  )
  const attended = layerNorm(add(linear(context, `${name}.attention.out_lin`, config.dim), queries), `${name}.sa_layer_norm`, epsilon)
  const inner = activations[config.activation](linear(attended, `${name}.ffn.lin1`, config.hidden_dim))
  const outer = layout.dropout(linear(inner, `${name}.ffn.lin2`, config.dim), config.dropout)
  return layerNorm(add(outer, attended), `${name}.output_layer_norm`, epsilon)
}
