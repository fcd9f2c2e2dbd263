/** ModernBertForSequenceClassification of transformers (modeling_modernbert.py). Weights carry its names. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { distances } from '../graph/functions/distances.ts'
import { layerNorm, linear } from '../graph/functions/layers.ts'
import { rotary } from '../graph/functions/rotary.ts'
import { add, gemm, greater, mul, parameter, split, where } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import { activation, dividesWidth, initializerRange, parseConfig, probability, tokenId, width } from './configFields.ts'
import type { Layout, SelfAttention } from './layouts/layout.ts'
import { hidden } from './layouts/padded.ts'

const theta = z.number().positive()
const ropeType = z.literal('default').optional()
/** Strict: whatever else can stand there changes the angles. `type` is an older name of `rope_type`. */
const rope = z.strictObject({ rope_type: ropeType, type: ropeType, rope_theta: theta.optional() })
const layerType = z.enum(['full_attention', 'sliding_attention'])

const fields = z.object({
  vocab_size: width.default(50368),
  hidden_size: width.default(768),
  intermediate_size: width.default(1152),
  num_hidden_layers: width.default(22),
  num_attention_heads: width.default(12),
  head_dim: width.nullish(),
  hidden_activation: activation.default('gelu'),
  max_position_embeddings: width.default(8192),
  initializer_range: initializerRange,
  initializer_cutoff_factor: z.number().positive().default(2),
  norm_eps: z.number().positive().default(1e-5),
  norm_bias: z.boolean().default(false),
  pad_token_id: tokenId.nullable().default(50283),
  attention_bias: z.boolean().default(false),
  attention_dropout: probability.default(0),
  layer_types: z.array(layerType).nullish(),
  global_attn_every_n_layers: width.default(3),
  rope_parameters: z.strictObject({ full_attention: rope.nullish(), sliding_attention: rope.nullish() }).nullish(),
  rope_scaling: z.null().optional(),
  global_rope_theta: theta.default(160_000),
  local_rope_theta: theta.default(10_000),
  local_attention: width.default(128),
  sliding_window: width.optional(), // half of local_attention, by another name
  embedding_dropout: probability.default(0),
  mlp_bias: z.boolean().default(false),
  mlp_dropout: probability.default(0),
  classifier_pooling: z.enum(['cls', 'mean']).default('cls'),
  classifier_dropout: probability.default(0),
  classifier_bias: z.boolean().default(false),
  classifier_activation: activation.default('gelu'),
})
type Config = z.infer<typeof fields>

export const modernbert: Architecture<Config> = {
  modelType: 'modernbert',
  className: 'ModernBertForSequenceClassification',
  prefix: 'model.',
  // The masked-language model's head has the same layers under the same names, and transformers takes them over.
  spare: ['head.'],
  usesTokenTypes: () => false,
  readConfig: (raw) => parseConfig('modernbert', fields, raw, ({ hidden_size, num_attention_heads: heads, num_hidden_layers, layer_types, head_dim }) => ({
    num_attention_heads: [hidden_size % (2 * heads) === 0, dividesWidth],
    head_dim: [!head_dim || head_dim * heads === hidden_size, 'hidden_size / num_attention_heads'],
    layer_types: [!layer_types || layer_types.length === num_hidden_layers, 'one for each layer'],
  })),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,
  truncated: ({ initializer_range, initializer_cutoff_factor: cutoff, hidden_size, num_hidden_layers }, name) => (
    { cutoff, deviation: name.startsWith('classifier.') ? hidden_size ** -0.5 : initializer_range / Math.sqrt(2 * num_hidden_layers) }),

  logits(config, labels, layout) {
    const first = config.classifier_pooling === 'cls'
    let x = embeddings(config, layout)
    for (let i = 0; i < config.num_hidden_layers; i++) x = block(config, layout, i, x, first && i === config.num_hidden_layers - 1)
    const final = norm(config, x, 'model.final_norm')
    const pooled = first ? layout.first(final) : layout.mean(final)
    const head = activations[config.classifier_activation](linear(pooled, 'head.dense', config.hidden_size, config.classifier_bias))
    return linear(layout.dropout(norm(config, head, 'head.norm'), config.classifier_dropout), 'classifier', labels)
  },
}

function embeddings(config: Config, layout: Layout): Tensor {
  const words = layout.lookup('input_ids', 'model.embeddings.tok_embeddings.weight', [config.vocab_size, config.hidden_size], config.pad_token_id)
  return layout.dropout(norm(config, words, 'model.embeddings.norm'), config.embedding_dropout)
}

function norm({ norm_eps, norm_bias }: Config, x: Tensor, name: string): Tensor {
  return layerNorm(x, name, norm_eps, norm_bias)
}

/** Attention and feed-forward, each on what is normalised before it; the first block's input has been. */
function block(config: Config, layout: Layout, i: number, x: Tensor, narrow: boolean): Tensor {
  const name = `model.layers.${i}`
  const normed = i === 0 ? x : norm(config, x, `${name}.attn_norm`)
  const [queries, residual] = narrow ? [layout.narrow(normed), layout.narrow(x)] : [normed, x]
  const [q, k, v] = parts(config, [queries, normed, normed], `${name}.attn.Wqkv`, config.hidden_size, config.attention_bias)
  const context = layout.attention(q, k, v, positions(config, i))
  const output = layout.dropout(linear(context, `${name}.attn.Wo`, config.hidden_size, config.attention_bias), config.attention_dropout)
  const attended = add(residual, output)
  const before = norm(config, attended, `${name}.mlp_norm`)
  const [inner, gate] = parts(config, [before, before], `${name}.mlp.Wi`, config.intermediate_size, config.mlp_bias)
  const gated = layout.dropout(mul(activations[config.hidden_activation](inner), gate), config.mlp_dropout)
  return add(attended, linear(gated, `${name}.mlp.Wo`, config.hidden_size, config.mlp_bias))
}

/** Linear layers whose weights lie in one matrix, one below the other: each of its own rows [rows, hidden] → [rows, out] */
function parts({ hidden_size }: Config, rows: readonly Tensor[], name: string, out: number, bias: boolean): Tensor[] {
  const weights = split(parameter(`${name}.weight`, [rows.length * out, hidden_size]), 0, rows.length)
  const biases = bias ? split(parameter(`${name}.bias`, [rows.length * out]), 0, rows.length) : []
  return rows.map((x, i) => gemm(x, weights[i], { transB: true, c: biases[i] }))
}

/** Global layers see all tokens, the others those within half of `local_attention`; each kind has its own angles. */
function positions(config: Config, layer: number): SelfAttention {
  const { num_attention_heads: heads, attention_dropout: p, local_attention, global_attn_every_n_layers: every, layer_types, rope_parameters } = config
  const type = layer_types?.[layer] ?? (layer % every === 0 ? 'full_attention' : 'sliding_attention')
  const usual = type === 'full_attention' ? config.global_rope_theta : config.local_rope_theta
  const turn = rotary(rope_parameters?.[type]?.rope_theta ?? usual)
  if (type === 'full_attention') return { heads, p, turn }
  const reach = config.sliding_window ?? Math.trunc(local_attention / 2)
  return {
    heads, p, turn,
    bias(q, k) {
      const distance = distances(q.shape[2], k.shape[2])
      return where(greater(distance, reach), hidden, where(greater(-reach, distance), hidden, 0))
    },
  }
}
