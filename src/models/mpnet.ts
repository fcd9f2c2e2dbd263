/** MPNetForSequenceClassification of transformers (modeling_mpnet.py). Weights carry its names. */
import { z } from 'zod'
import { byDistance, distances } from '../graph/functions/distances.ts'
import { layerNorm } from '../graph/functions/layers.ts'
import { add, gather, parameter, tanh, transpose } from '../graph/operators.ts'
import type { Dim, Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { bertBlocks, denseHead, encoderFields, headsFit, type AttentionNames } from './bertEncoder.ts'
import { parseConfig, width } from './configFields.ts'
import type { Layout } from './layouts/layout.ts'

const fields = z.object({
  ...encoderFields,
  vocab_size: width.default(30527),
  relative_attention_num_buckets: z.number().int().min(32).default(32), // of which transformers uses 32
})
type Config = z.infer<typeof fields>

/** Whatever pad_token_id says, as in transformers. */
const padding = 1

const names: AttentionNames = { query: 'attention.attn.q', key: 'attention.attn.k', value: 'attention.attn.v', output: 'attention.attn.o', norm: 'attention.LayerNorm' }

export const mpnet: Architecture<Config> = {
  modelType: 'mpnet',
  className: 'MPNetForSequenceClassification',
  prefix: 'mpnet.',
  usesTokenTypes: () => false,
  positionsAfter: () => padding,
  readConfig: (raw) => parseConfig('mpnet', fields, raw, headsFit),
  limits: (config) => ({ maxPositions: config.max_position_embeddings - padding - 1, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    const bias = positionBias(config)
    const embedded = embeddings(config, layout)
    const x = layout.first(bertBlocks(config, layout, 'mpnet.encoder.layer', embedded, { names, positions: () => ({ bias: (q, k) => bias(q.shape[2], k.shape[2]) }) }))
    return denseHead(layout, x, labels, { p: config.hidden_dropout_prob, activation: tanh })
  },
}

function embeddings(config: Config, layout: Layout): Tensor {
  const name = 'mpnet.embeddings'
  const words = layout.lookup('input_ids', `${name}.word_embeddings.weight`, [config.vocab_size, config.hidden_size], padding)
  const places = layout.lookup('position_ids', `${name}.position_embeddings.weight`, [config.max_position_embeddings, config.hidden_size], padding)
  return layout.dropout(layerNorm(add(words, places), `${name}.LayerNorm`, config.layer_norm_eps), config.hidden_dropout_prob)
}

/** A number for each head and distance, the same in all blocks: [heads, queries, keys] */
function positionBias({ relative_attention_num_buckets, num_attention_heads }: Config): (queries: Dim, keys: Dim) => Tensor {
  const table = parameter('mpnet.encoder.relative_attention_bias.weight', [relative_attention_num_buckets, num_attention_heads])
  const made = new Map<string, Tensor>()
  return (queries, keys) => {
    const known = made.get(`${queries} ${keys}`)
    if (known) return known
    const bias = transpose(gather(table, byDistance(distances(queries, keys), maxDistance, bucketOf)), [2, 0, 1])
    made.set(`${queries} ${keys}`, bias)
    return bias
  }
}

const maxDistance = 128

/** Of 16 buckets for each direction 8 are for one distance each, the others grow with its logarithm (T5's scheme). In float32, as torch. */
export function bucketOf(distance: number): number {
  const [direction, exact] = [distance > 0 ? 16 : 0, 8]
  const away = Math.abs(distance)
  if (away < exact) return direction + away
  const share = Math.fround(Math.fround(Math.log(away / exact)) / Math.fround(Math.log(maxDistance / exact)))
  return direction + Math.min(15, exact + Math.trunc(Math.fround(share * exact)))
}
