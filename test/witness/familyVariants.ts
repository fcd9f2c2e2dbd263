/** Configurations that published checkpoints have, and those that their fields allow; each family's checkpoints stored in every way. */
type Fields = Record<string, unknown>

const usual = { vocab_size: 90, hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 3, intermediate_size: 40, max_position_embeddings: 40, num_labels: 3 }
const distilbert = { vocab_size: 90, dim: 24, n_layers: 2, n_heads: 3, hidden_dim: 40, max_position_embeddings: 40, num_labels: 3 }
const albert = { ...usual, embedding_size: 8 }
const relative = { ...usual, relative_attention: true, position_buckets: 6, norm_rel_ebd: 'layer_norm', share_att_key: true, pos_att_type: ['p2c', 'c2p'], position_biased_input: false }
const modernbert = { ...usual, num_hidden_layers: 4, local_attention: 8, pad_token_id: 3 }
const severalLabels = { problem_type: 'multi_label_classification' }
const numbers = { problem_type: 'regression' }
const oneNumber = { num_labels: 1 }

const fields: Record<string, Record<string, Fields>> = {
  distilbert: {
    'plain': distilbert,
    'several labels': { ...distilbert, ...severalLabels },
    'numbers': { ...distilbert, ...numbers },
    'relu, other padding': { ...distilbert, activation: 'relu', pad_token_id: 5 },
    'sinusoidal positions, no padding row': { ...distilbert, sinusoidal_pos_embds: true, pad_token_id: null },
    'names of other families': { ...distilbert, dim: undefined, n_layers: undefined, n_heads: undefined, hidden_size: 24, num_hidden_layers: 1, num_attention_heads: 4 },
    'one head, one layer': { ...distilbert, n_layers: 1, n_heads: 1, activation: 'gelu_python' },
  },
  bert: {
    'plain': usual,
    'one number': { ...usual, ...oneNumber },
    'tanh-GELU, a wide epsilon, other padding': { ...usual, hidden_act: 'gelu_pytorch_tanh', layer_norm_eps: 0.01, pad_token_id: 7, type_vocab_size: 3 },
    'silu, no padding row': { ...usual, hidden_act: 'silu', pad_token_id: null },
    ...Object.fromEntries(['gelu_fast', 'gelu_10', 'gelu_accurate', 'quick_gelu', 'relu2', 'relu6', 'leaky_relu', 'hardswish', 'mish', 'laplace', 'tanh', 'sigmoid', 'linear', 'swish', 'gelu_python_tanh']
      .map((name) => [name, { ...usual, num_hidden_layers: 1, hidden_act: name }])),
    'fields of decoders at their defaults': { ...usual, is_decoder: false, add_cross_attention: false, position_embedding_type: 'absolute', use_cache: true, chunk_size_feed_forward: 0, classifier_dropout: null },
  },
  roberta: {
    'one kind of token': { ...usual, type_vocab_size: 1, layer_norm_eps: 1e-5 },
    'two kinds, other padding': { ...usual, pad_token_id: 4, hidden_act: 'relu' },
    'padding 0': { ...usual, pad_token_id: 0 },
    'tanh-GELU, one number': { ...usual, ...oneNumber, type_vocab_size: 1, hidden_act: 'gelu_new', classifier_dropout: 0.3 },
    'several labels': { ...usual, ...severalLabels },
  },
  'xlm-roberta': {
    'plain': { ...usual, type_vocab_size: 1 },
    'several labels': { ...usual, ...severalLabels },
    'other padding, silu': { ...usual, pad_token_id: 9, hidden_act: 'silu', type_vocab_size: 2 },
    'numbers': { ...usual, ...numbers, pad_token_id: 0 },
  },
  electra: {
    'narrow embeddings': { ...usual, embedding_size: 8 },
    'embeddings of the same width': { ...usual, embedding_size: 24 },
    'another summary and activation': { ...usual, embedding_size: 40, summary_activation: 'tanh', summary_type: 'last', hidden_act: 'relu' },
    'one kind of token, other padding': { ...usual, embedding_size: 8, type_vocab_size: 1, pad_token_id: 6, layer_norm_eps: 1e-6 },
    'several labels': { ...usual, ...severalLabels, embedding_size: 8 },
    'one number': { ...usual, ...oneNumber, embedding_size: 8 },
  },
  mpnet: {
    'plain': usual,
    'more buckets, other padding': { ...usual, relative_attention_num_buckets: 40, pad_token_id: 3 },
    'long texts': { ...usual, max_position_embeddings: 302, num_hidden_layers: 1 },
    'several labels, relu': { ...usual, ...severalLabels, hidden_act: 'relu', layer_norm_eps: 1e-5 },
    'one number': { ...usual, ...oneNumber },
  },
  albert: {
    'plain': albert,
    'groups and inner layers': { ...albert, num_hidden_layers: 4, num_hidden_groups: 2, inner_group_num: 2, hidden_act: 'gelu' },
    'uneven groups, embeddings as wide': { ...albert, embedding_size: 24, num_hidden_layers: 5, num_hidden_groups: 3, hidden_act: 'relu', type_vocab_size: 4 },
    'several labels': { ...albert, ...severalLabels, num_hidden_layers: 3, pad_token_id: 2 },
    'numbers': { ...albert, ...numbers, layer_norm_eps: 1e-5, num_hidden_groups: 2 },
    'fields that mean nothing': { ...albert, down_scale_factor: 1, gap_size: 0, net_structure_type: 0, num_memory_blocks: 0, classifier_dropout_prob: 0.2 },
  },
  'deberta-v2': {
    'as v3': relative,
    'as v3, several labels': { ...relative, ...severalLabels },
    'as v3, numbers': { ...relative, ...numbers },
    'as v3, one number': { ...relative, ...oneNumber },
    'types as text': { ...relative, pos_att_type: 'p2c|c2p', norm_rel_ebd: 'Layer_Norm', pooler_hidden_size: 24, pooler_dropout: 0, max_relative_positions: -1, legacy: false },
    'only c2p': { ...relative, pos_att_type: ['c2p'] },
    'only p2c': { ...relative, pos_att_type: 'p2c' },
    'both, own projections': { ...relative, share_att_key: false },
    'only c2p, own projections': { ...relative, pos_att_type: ['c2p'], share_att_key: false },
    'only p2c, own projections': { ...relative, pos_att_type: ['p2c'], share_att_key: false, norm_rel_ebd: 'none' },
    'no buckets, short reach': { ...relative, position_buckets: -1, max_relative_positions: 12 },
    'buckets, short reach': { ...relative, position_buckets: 8, max_relative_positions: 20 },
    'buckets, long reach': { ...relative, position_buckets: 16, max_relative_positions: 64, max_position_embeddings: 200, num_hidden_layers: 1 },
    'an odd number of buckets': { ...relative, position_buckets: 7 },
    'no buckets': { ...relative, position_buckets: -1 },
    'not relative': { ...relative, pos_att_type: null, norm_rel_ebd: 'none', relative_attention: false },
    'not relative, types of position': { ...usual, pos_att_type: ['c2p'], relative_attention: false },
    'not relative, but with norms for distances': { ...relative, relative_attention: false },
    'relative without types': { ...relative, pos_att_type: [] },
    'positions and kinds of token': { ...relative, position_biased_input: true, type_vocab_size: 2, embedding_size: 16, pooler_hidden_act: 'tanh' },
    'narrow embeddings, other padding': { ...relative, embedding_size: 8, pad_token_id: 5, hidden_act: 'gelu_new', layer_norm_eps: 1e-5 },
    'no padding row': { ...relative, pad_token_id: null, hidden_act: 'relu' },
  },
  modernbert: {
    'as base': { ...modernbert, deterministic_flash_attn: false, reference_compile: false, sparse_prediction: true, layer_norm_eps: 1e-5, position_embedding_type: 'absolute', decoder_bias: false },
    'mean pooling': { ...modernbert, local_attention: 6, classifier_pooling: 'mean' },
    'all biases, other activations': { ...modernbert, norm_bias: true, mlp_bias: true, attention_bias: true, classifier_bias: true, classifier_activation: 'silu', hidden_activation: 'relu' },
    'older names': { ...modernbert, local_attention: 7, global_attn_every_n_layers: 2, global_rope_theta: 500, local_rope_theta: 90 },
    'every layer global': { ...modernbert, global_attn_every_n_layers: 1, num_hidden_layers: 2 },
    'no window': { ...modernbert, local_attention: 1 },
    'a narrow window, the last layer local': { ...modernbert, local_attention: 3, num_hidden_layers: 2 },
    'a window by its other name': { ...modernbert, local_attention: 3, sliding_window: 5 },
    'a window beyond the text': { ...modernbert, local_attention: 200, norm_eps: 1e-3 },
    'layers by name, own angles': {
      ...modernbert, num_hidden_layers: 3, local_attention: 4, layer_types: ['sliding_attention', 'full_attention', 'sliding_attention'],
      rope_parameters: { full_attention: { rope_type: 'default', rope_theta: 700 }, sliding_attention: { rope_type: 'default', rope_theta: 60 } },
    },
    'angles of one kind by its new name, of the other by its old': { ...modernbert, rope_parameters: { full_attention: { rope_theta: 300 } }, local_rope_theta: 70, global_rope_theta: 9 },
    'mean pooling, several labels': { ...modernbert, ...severalLabels, classifier_pooling: 'mean', norm_bias: true, pad_token_id: 0 },
    'one number, tanh-GELU': { ...modernbert, ...oneNumber, hidden_activation: 'gelu_pytorch_tanh', classifier_activation: 'gelu_new', pad_token_id: null },
  },
}

/** How else a checkpoint may lie in its folder than `whole`, as save_pretrained leaves it. */
const stored = ['whole', 'older names', 'leftovers', 'shards', 'float16', 'bfloat16'] as const

export const variants = Object.entries(fields).flatMap(([model_type, configs]) => Object.entries(configs).map(([name, config], i) => {
  const how = stored[i % stored.length]
  return { name: `${model_type}: ${name}${how === 'whole' ? '' : ` (${how})`}`, config: { model_type, ...config }, stored: how }
}))
