/** AlbertForSequenceClassification of transformers (modeling_albert.py). Weights carry its names. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { add, tanh } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { bertEmbeddings, encoderFields, headsFit } from './bertEncoder.ts'
import { activation, parseConfig, probability, width } from './configFields.ts'
import type { Layout } from './layouts/layout.ts'

const fields = z.object({
  ...encoderFields,
  vocab_size: width.default(30000),
  embedding_size: width.default(128),
  hidden_size: width.default(4096),
  num_hidden_groups: width.default(1),
  num_attention_heads: width.default(64),
  intermediate_size: width.default(16384),
  inner_group_num: width.default(1),
  hidden_act: activation.default('gelu_new'),
  hidden_dropout_prob: probability.default(0),
  attention_probs_dropout_prob: probability.default(0),
  type_vocab_size: width.default(2),
  classifier_dropout_prob: probability.default(0.1),
  position_embedding_type: z.literal('absolute').nullish(),
})
type Config = z.infer<typeof fields>

export const albert: Architecture<Config> = {
  modelType: 'albert',
  className: 'AlbertForSequenceClassification',
  prefix: 'albert.',
  spare: ['albert.pooler.'],
  usesTokenTypes: () => true,
  readConfig: (raw) => parseConfig('albert', fields, raw, (config) => ({
    ...headsFit(config),
    num_hidden_groups: [config.num_hidden_groups <= config.num_hidden_layers, 'at most num_hidden_layers'],
  })),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    let x = linear(bertEmbeddings(config, layout, 'albert.embeddings', config.embedding_size), 'albert.encoder.embedding_hidden_mapping_in', config.hidden_size)
    const blocks = blockNames(config)
    for (const [i, name] of blocks.entries()) x = block(config, layout, name, x, i === blocks.length - 1)
    const pooled = tanh(linear(layout.first(x), 'albert.pooler', config.hidden_size))
    return linear(layout.dropout(pooled, config.classifier_dropout_prob), 'classifier', labels)
  },
}

/** Layers of a group have the same weights: the names of all blocks in their order, many of them several times. */
function blockNames({ num_hidden_layers, num_hidden_groups, inner_group_num }: Config): string[] {
  return Array.from({ length: num_hidden_layers }, (_, layer) => {
    const group = Math.trunc(layer / (num_hidden_layers / num_hidden_groups))
    return Array.from({ length: inner_group_num }, (_, inner) => `albert.encoder.albert_layer_groups.${group}.albert_layers.${inner}`)
  }).flat()
}

function block(config: Config, layout: Layout, name: string, x: Tensor, last: boolean): Tensor {
  const queries = last ? layout.narrow(x) : x
  const context = layout.attention(
    linear(queries, `${name}.attention.query`, config.hidden_size),
    linear(x, `${name}.attention.key`, config.hidden_size),
    linear(x, `${name}.attention.value`, config.hidden_size),
    { heads: config.num_attention_heads, p: config.attention_probs_dropout_prob },
  )
  const projected = layout.dropout(linear(context, `${name}.attention.dense`, config.hidden_size), config.hidden_dropout_prob)
  const attended = layerNorm(add(projected, queries), `${name}.attention.LayerNorm`, config.layer_norm_eps)
  const inner = activations[config.hidden_act](linear(attended, `${name}.ffn`, config.intermediate_size))
  return layerNorm(add(linear(inner, `${name}.ffn_output`, config.hidden_size), attended), `${name}.full_layer_layer_norm`, config.layer_norm_eps)
}
