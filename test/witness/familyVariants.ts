/** Configurations that published checkpoints have, and those that their fields allow. */
const usual = { vocab_size: 90, hidden_size: 24, num_hidden_layers: 3, num_attention_heads: 3, intermediate_size: 40, max_position_embeddings: 40 }
const distilbert = { vocab_size: 90, dim: 24, n_layers: 3, n_heads: 3, hidden_dim: 40, max_position_embeddings: 40 }
const relative = { relative_attention: true, position_buckets: 6, norm_rel_ebd: 'layer_norm', share_att_key: true, pos_att_type: ['p2c', 'c2p'], position_biased_input: false }

const fields: Record<string, Record<string, Record<string, unknown>>> = {
  distilbert: {
    'several labels': { ...distilbert, problem_type: 'multi_label_classification' },
    'numbers': { ...distilbert, problem_type: 'regression' },
    plain: distilbert, 'relu, other padding': { ...distilbert, activation: 'relu', pad_token_id: 5 },
  },
  bert: {
    plain: usual,
    'tanh-GELU, a wide epsilon, other padding': { ...usual, hidden_act: 'gelu_pytorch_tanh', layer_norm_eps: 0.01, pad_token_id: 7, type_vocab_size: 3 },
    'silu, no padding row': { ...usual, hidden_act: 'silu', pad_token_id: null },
  },
  roberta: {
    'one kind of token': { ...usual, type_vocab_size: 1, layer_norm_eps: 1e-5 },
    'two kinds, other padding': { ...usual, pad_token_id: 4, hidden_act: 'relu' },
    'padding 0': { ...usual, pad_token_id: 0 },
  },
  'xlm-roberta': { plain: { ...usual, type_vocab_size: 1 }, 'several labels': { ...usual, problem_type: 'multi_label_classification' } },
  electra: {
    'narrow embeddings': { ...usual, embedding_size: 8 },
    'embeddings of the same width': { ...usual, embedding_size: 24 },
    'another summary and activation': { ...usual, embedding_size: 40, summary_activation: 'tanh', summary_type: 'last', hidden_act: 'relu' },
  },
  mpnet: { plain: usual, 'more buckets, other padding': { ...usual, relative_attention_num_buckets: 40, pad_token_id: 3 } },
  albert: {
    plain: { ...usual, embedding_size: 8 },
    'groups and inner layers': { ...usual, embedding_size: 8, num_hidden_layers: 4, num_hidden_groups: 2, inner_group_num: 2, hidden_act: 'gelu' },
    'uneven groups, embeddings as wide': { ...usual, embedding_size: 24, num_hidden_layers: 5, num_hidden_groups: 3, hidden_act: 'relu', type_vocab_size: 4 },
  },
  'deberta-v2': {
    'as v3, several labels': { ...usual, ...relative, problem_type: 'multi_label_classification' },
    'as v3, numbers': { ...usual, ...relative, problem_type: 'regression' },
    'as v3': { ...usual, ...relative },
    'types as text': { ...usual, ...relative, pos_att_type: 'p2c|c2p' },
    'only c2p, own projections': { ...usual, ...relative, pos_att_type: ['c2p'], share_att_key: false },
    'only p2c, own projections': { ...usual, ...relative, pos_att_type: ['p2c'], share_att_key: false, norm_rel_ebd: 'none' },
    'no buckets, short reach': { ...usual, ...relative, position_buckets: -1, max_relative_positions: 12 },
    'no buckets': { ...usual, ...relative, position_buckets: -1 },
    'relative without types': { ...usual, ...relative, pos_att_type: null, norm_rel_ebd: 'none', relative_attention: false },
    'not relative, types of position': { ...usual, pos_att_type: ['c2p'], relative_attention: false },
    'positions and kinds of token': { ...usual, ...relative, position_biased_input: true, type_vocab_size: 2, embedding_size: 16, pooler_hidden_act: 'tanh' },
  },
  modernbert: {
    'as base': { ...usual, num_hidden_layers: 4, local_attention: 8, pad_token_id: 3 },
    'mean pooling': { ...usual, local_attention: 6, classifier_pooling: 'mean', pad_token_id: 3 },
    'all biases, other activations': { ...usual, local_attention: 6, norm_bias: true, mlp_bias: true, attention_bias: true, classifier_bias: true, classifier_activation: 'silu', hidden_activation: 'relu', pad_token_id: 3 },
    'older names': { ...usual, num_hidden_layers: 4, local_attention: 7, global_attn_every_n_layers: 2, global_rope_theta: 500, local_rope_theta: 90, pad_token_id: 3 },
    'layers by name, own angles': {
      ...usual, local_attention: 4, layer_types: ['sliding_attention', 'full_attention', 'sliding_attention'], pad_token_id: 3,
      rope_parameters: { full_attention: { rope_type: 'default', rope_theta: 700 }, sliding_attention: { rope_type: 'default', rope_theta: 60 } },
    },
  },
}

export const variants = Object.entries(fields).flatMap(([family, configs]) => Object.entries(configs).map(([name, config]) => ({ family, name: `${family}: ${name}`, config })))
