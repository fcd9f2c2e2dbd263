/** BertForSequenceClassification of transformers (modeling_bert.py). Weights carry its names. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { add, tanh } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { activation, initializerRange, parseConfig, probability, width } from './configFields.ts'
import type { Layout } from './layouts/layout.ts'

const fields = z.object({
  vocab_size: width.default(30522),
  hidden_size: width.default(768),
  num_hidden_layers: width.default(12),
  num_attention_heads: width.default(12),
  intermediate_size: width.default(3072),
  hidden_act: activation.default('gelu'),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  classifier_dropout: probability.nullish(),
  max_position_embeddings: width.default(512),
  type_vocab_size: width.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
  initializer_range: initializerRange,
})
type Config = z.infer<typeof fields>

export const bert: Architecture<Config> = {
  modelType: 'bert',
  className: 'BertForSequenceClassification',
  prefix: 'bert.',
  usesTokenTypes: true,
  readConfig: (raw) => parseConfig('bert', fields, raw, ({ hidden_size, num_attention_heads }) => ({ num_attention_heads: hidden_size % num_attention_heads === 0 })),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    let x = embeddings(config, layout)
    for (let i = 0; i < config.num_hidden_layers; i++) x = block(config, layout, `bert.encoder.layer.${i}`, x, i === config.num_hidden_layers - 1)
    const pooled = tanh(linear(layout.first(x), 'bert.pooler.dense', config.hidden_size))
    return linear(layout.dropout(pooled, config.classifier_dropout ?? config.hidden_dropout_prob), 'classifier', labels)
  },
}

function embeddings(config: Config, layout: Layout): Tensor {
  const name = 'bert.embeddings'
  const words = layout.lookup('input_ids', `${name}.word_embeddings.weight`, [config.vocab_size, config.hidden_size])
  const types = layout.lookup('token_type_ids', `${name}.token_type_embeddings.weight`, [config.type_vocab_size, config.hidden_size])
  const places = layout.lookup('position_ids', `${name}.position_embeddings.weight`, [config.max_position_embeddings, config.hidden_size])
  return layout.dropout(layerNorm(add(add(words, types), places), `${name}.LayerNorm`, config.layer_norm_eps), config.hidden_dropout_prob)
}

function block(config: Config, layout: Layout, name: string, x: Tensor, last: boolean): Tensor {
  const queries = last ? layout.narrow(x) : x
  const context = layout.attention(
    linear(queries, `${name}.attention.self.query`, config.hidden_size),
    linear(x, `${name}.attention.self.key`, config.hidden_size),
    linear(x, `${name}.attention.self.value`, config.hidden_size),
    { heads: config.num_attention_heads, p: config.attention_probs_dropout_prob },
  )
  const residual = (y: Tensor, to: Tensor, dense: string) => layerNorm(
    add(layout.dropout(linear(y, `${dense}.dense`, config.hidden_size), config.hidden_dropout_prob), to), `${dense}.LayerNorm`, config.layer_norm_eps)
  const attended = residual(context, queries, `${name}.attention.output`)
  const inner = activations[config.hidden_act](linear(attended, `${name}.intermediate.dense`, config.intermediate_size))
  return residual(inner, attended, `${name}.output`)
}
