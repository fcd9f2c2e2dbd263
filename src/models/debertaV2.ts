/** DebertaV2ForSequenceClassification of transformers (modeling_deberta_v2.py), as DeBERTa v3 uses it. Weights carry its names. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { add, parameter } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { bertBlocks, encoderFields, headsFit, type AttentionNames } from './bertEncoder.ts'
import { activation, parseConfig, probability, width } from './configFields.ts'
import { DisentangledAttention, spanOf } from './disentangledAttention.ts'
import type { Layout } from './layouts/layout.ts'

/** Several words in one text, as `p2c|c2p`. */
const words = (value: unknown) => (typeof value === 'string' ? value.toLowerCase().split('|').map((word) => word.trim()) : value ?? [])

const fields = z.object({
  ...encoderFields,
  vocab_size: width.default(128100),
  embedding_size: width.optional(),
  hidden_size: width.default(1536),
  num_hidden_layers: width.default(24),
  num_attention_heads: width.default(24),
  attention_head_size: width.optional(),
  intermediate_size: width.default(6144),
  layer_norm_eps: z.number().positive().default(1e-7),
  type_vocab_size: z.number().int().nonnegative().default(0),
  relative_attention: z.boolean().default(false),
  max_relative_positions: z.number().int().default(-1),
  position_buckets: z.number().int().default(-1),
  position_biased_input: z.boolean().default(true),
  pos_att_type: z.preprocess(words, z.array(z.enum(['c2p', 'p2c']))),
  share_att_key: z.boolean().default(false),
  norm_rel_ebd: z.preprocess(words, z.array(z.enum(['none', 'layer_norm']))),
  conv_kernel_size: z.literal(0).default(0),
  pooler_dropout: probability.default(0),
  pooler_hidden_act: activation.default('gelu'),
  pooler_hidden_size: width.optional(),
  cls_dropout: probability.nullish(),
})
export type DebertaV2Config = z.infer<typeof fields>

const names: AttentionNames = {
  query: 'attention.self.query_proj', key: 'attention.self.key_proj', value: 'attention.self.value_proj', output: 'attention.output.dense', norm: 'attention.output.LayerNorm',
}

export const debertaV2: Architecture<DebertaV2Config> = {
  modelType: 'deberta-v2',
  className: 'DebertaV2ForSequenceClassification',
  prefix: 'deberta.',
  usesTokenTypes: ({ type_vocab_size }) => type_vocab_size > 0,
  readConfig: (raw) => parseConfig('deberta-v2', fields, raw, (config) => ({
    ...headsFit(config),
    attention_head_size: [(config.attention_head_size ?? config.hidden_size / config.num_attention_heads) * config.num_attention_heads === config.hidden_size, 'hidden_size / num_attention_heads'],
    pooler_hidden_size: [(config.pooler_hidden_size ?? config.hidden_size) === config.hidden_size, 'hidden_size'],
  })),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    const embedded = embeddings(config, layout)
    const attention = new DisentangledAttention(config, layout, config.relative_attention ? distanceEmbeddings(config) : undefined)
    const x = layout.first(bertBlocks(config, layout, 'deberta.encoder.layer', embedded, { names, positions: (name) => attention.of(`${name}.attention.self`) }))
    const pooled = activations[config.pooler_hidden_act](linear(layout.dropout(x, config.pooler_dropout), 'pooler.dense', config.hidden_size))
    return linear(layout.dropout(pooled, config.cls_dropout ?? config.hidden_dropout_prob), 'classifier', labels)
  },
}

function embeddings(config: DebertaV2Config, layout: Layout): Tensor {
  const name = 'deberta.embeddings'
  const { hidden_size, embedding_size = hidden_size } = config
  let x = layout.lookup('input_ids', `${name}.word_embeddings.weight`, [config.vocab_size, embedding_size], config.pad_token_id)
  if (config.position_biased_input) x = add(x, layout.lookup('position_ids', `${name}.position_embeddings.weight`, [config.max_position_embeddings, embedding_size]))
  if (config.type_vocab_size > 0) x = add(x, layout.lookup('token_type_ids', `${name}.token_type_embeddings.weight`, [config.type_vocab_size, embedding_size]))
  if (embedding_size !== hidden_size) x = linear(x, `${name}.embed_proj`, hidden_size, false)
  return layout.dropout(layerNorm(x, `${name}.LayerNorm`, config.layer_norm_eps), config.hidden_dropout_prob)
}

/** A vector for each bucket of distances, the same in all blocks: [2 · span, hidden] */
function distanceEmbeddings(config: DebertaV2Config): Tensor {
  const table = parameter('deberta.encoder.rel_embeddings.weight', [2 * spanOf(config), config.hidden_size])
  return config.norm_rel_ebd.includes('layer_norm') ? layerNorm(table, 'deberta.encoder.LayerNorm', config.layer_norm_eps) : table
}
