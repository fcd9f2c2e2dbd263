/** What BERT shares with the families that were made from it: embeddings, and blocks that normalise after each residual sum. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { add } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import { activation, dividesWidth, initializerRange, probability, tokenId, width } from './configFields.ts'
import type { Layout, SelfAttention } from './layouts/layout.ts'

/** Fields that all of them have, with the defaults that most of them have. */
export const encoderFields = {
  hidden_size: width.default(768),
  num_hidden_layers: width.default(12),
  num_attention_heads: width.default(12),
  intermediate_size: width.default(3072),
  hidden_act: activation.default('gelu'),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: width.default(512),
  layer_norm_eps: z.number().positive().default(1e-12),
  pad_token_id: tokenId.nullable().default(0),
  initializer_range: initializerRange,
}

/** Fields of those that can also be decoders, which look at earlier tokens only. */
export const decoderFields = {
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
}

export type EncoderConfig = z.infer<z.ZodObject<typeof encoderFields>>

/** Checks between fields, for `parseConfig`. */
export const headsFit = ({ hidden_size, num_attention_heads }: EncoderConfig) => ({ num_attention_heads: [hidden_size % num_attention_heads === 0, dividesWidth] as const })

interface EmbeddingsConfig extends EncoderConfig {
  vocab_size: number
  type_vocab_size: number
}

/** Words, kinds of token and positions [tokens, size]. `padding`: positions have a padding row as words have, which gets no gradient. */
export function bertEmbeddings(config: EmbeddingsConfig, layout: Layout, name: string, size: number, padding?: number): Tensor {
  const words = layout.lookup('input_ids', `${name}.word_embeddings.weight`, [config.vocab_size, size], config.pad_token_id)
  const types = layout.lookup('token_type_ids', `${name}.token_type_embeddings.weight`, [config.type_vocab_size, size])
  const places = layout.lookup('position_ids', `${name}.position_embeddings.weight`, [config.max_position_embeddings, size], padding)
  return layout.dropout(layerNorm(add(add(words, types), places), `${name}.LayerNorm`, config.layer_norm_eps), config.hidden_dropout_prob)
}

/** What a block calls the parts of its attention, behind its own name. */
export interface AttentionNames {
  query: string
  key: string
  value: string
  output: string
  norm: string
}

const bertNames: AttentionNames = {
  query: 'attention.self.query', key: 'attention.self.key', value: 'attention.self.value', output: 'attention.output.dense', norm: 'attention.output.LayerNorm',
}

/** What a family does inside the attention of a block. */
export type Positions = Pick<SelfAttention, 'bias' | 'scale'>

export interface Variant {
  names?: AttentionNames
  /** @param name the block's */
  positions?: (name: string) => Positions
}

/** All blocks: x [tokens, hidden] → the last one's, of which the layout may keep first tokens only. They are called `name`.0, `name`.1, … */
export function bertBlocks(config: EncoderConfig, layout: Layout, name: string, x: Tensor, variant: Variant = {}): Tensor {
  for (let i = 0; i < config.num_hidden_layers; i++) x = block(config, layout, `${name}.${i}`, x, i === config.num_hidden_layers - 1, variant)
  return x
}

function block(config: EncoderConfig, layout: Layout, name: string, x: Tensor, last: boolean, { names = bertNames, positions }: Variant): Tensor {
  const queries = last ? layout.narrow(x) : x
  const context = layout.attention(
    linear(queries, `${name}.${names.query}`, config.hidden_size),
    linear(x, `${name}.${names.key}`, config.hidden_size),
    linear(x, `${name}.${names.value}`, config.hidden_size),
    { heads: config.num_attention_heads, p: config.attention_probs_dropout_prob, ...positions?.(name) },
  )
  const residual = (y: Tensor, to: Tensor, dense: string, norm: string) => layerNorm(
    add(layout.dropout(linear(y, `${name}.${dense}`, config.hidden_size), config.hidden_dropout_prob), to), `${name}.${norm}`, config.layer_norm_eps)
  const attended = residual(context, queries, names.output, names.norm)
  const inner = activations[config.hidden_act](linear(attended, `${name}.intermediate.dense`, config.intermediate_size))
  return residual(inner, attended, 'output.dense', 'output.LayerNorm')
}

/** The head that RoBERTa and others have: a dense layer between two dropouts. x [batch, hidden] → [batch, labels] */
export function denseHead(layout: Layout, x: Tensor, labels: number, { p, activation }: { p: number; activation: (x: Tensor) => Tensor }): Tensor {
  const hidden = activation(linear(layout.dropout(x, p), 'classifier.dense', x.shape[1] as number))
  return linear(layout.dropout(hidden, p), 'classifier.out_proj', labels)
}
