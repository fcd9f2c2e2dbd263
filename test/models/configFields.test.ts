import { expect, test } from 'vitest'
import { architectureOf } from '../../src/models/registry.ts'
import { UserError } from '../../src/protocol/errors.ts'
import { families, tinyModel, type Family } from './tinyModels.ts'

const decoders = { is_decoder: true, add_cross_attention: true, position_embedding_type: 'relative_key' }
const wrong: Record<string, unknown> = {
  hidden_act: 'prelu', hidden_size: 13, num_hidden_layers: 0, layer_norm_eps: 0, vocab_size: null, max_position_embeddings: 2.5, pad_token_id: -1,
  hidden_dropout_prob: 1, attention_probs_dropout_prob: '0.1',
}
const refused: Record<Family, Record<string, unknown>> = {
  'distilbert': { activation: 'xielu', dim: 13, n_layers: 0, pad_token_id: -1, seq_classif_dropout: 2 },
  'bert': { ...wrong, ...decoders, type_vocab_size: 0 },
  'roberta': { ...wrong, ...decoders, type_vocab_size: 0 },
  'xlm-roberta': { ...wrong, ...decoders },
  'electra': { ...wrong, ...decoders, embedding_size: 0 },
  'mpnet': { ...wrong, relative_attention_num_buckets: 31 },
  'albert': { ...wrong, position_embedding_type: 'relative_key_query', num_hidden_groups: 3, inner_group_num: 0 },
  'deberta-v2': {
    ...wrong, conv_kernel_size: 3, pos_att_type: 'c2p|p2p', norm_rel_ebd: 'rms_norm', attention_head_size: 5, pooler_hidden_size: 7, pooler_hidden_act: 'prelu', type_vocab_size: -1,
  },
  'modernbert': {
    hidden_activation: 'prelu', hidden_size: 13, num_attention_heads: 4, head_dim: 6, layer_types: ['full_attention'], rope_scaling: { rope_type: 'yarn', factor: 2 },
    rope_parameters: { full_attention: { rope_type: 'linear', factor: 2 } }, local_attention: 0, classifier_pooling: 'max', norm_bias: 'yes',
  },
}
/** What says how a value of another field does not fit. */
const said: Record<string, string> = { hidden_size: 'num_attention_heads', dim: 'n_heads' }

test.each(families.flatMap((family) => Object.entries({ ...refused[family], quantization_config: { quant_method: 'fp8' } }).map(([field, value]) => ({ family, field, value }))))(
  '$family: $field $value is an error that names it', ({ family, field, value }) => {
    const { raw } = tinyModel(family)
    const read = () => architectureOf(family).readConfig({ ...raw, [field]: value })
    expect(read).toThrow(UserError)
    expect(read).toThrow(expect.objectContaining({ code: 'model.config-field', args: expect.objectContaining({ modelType: family, field: said[field] ?? field }) }))
  })

test.each(families)('%s: what is null where transformers has no default is as if it were not there', (family) => {
  const { raw } = tinyModel(family)
  const nothing = Object.fromEntries(['quantization_config', 'rope_scaling', 'classifier_dropout', 'problem_type', 'pad_token_id'].filter((field) => family !== 'modernbert' || field !== 'classifier_dropout').map((field) => [field, null]))
  const withoutPadding = { ...raw, ...nothing, ...['roberta', 'xlm-roberta'].includes(family) ? { pad_token_id: 1 } : {} }
  expect(() => architectureOf(family).readConfig(withoutPadding)).not.toThrow()
})

test('modernbert: angles are as their kind by its older name, and nothing beside them is passed over', () => {
  const { raw } = tinyModel('modernbert')
  const read = (full_attention: unknown) => () => architectureOf('modernbert').readConfig({ ...raw, rope_parameters: { full_attention } })
  expect(read({ type: 'default', rope_theta: 500 })).not.toThrow()
  expect(read({ type: 'yarn', rope_theta: 500 })).toThrow(/has rope_parameters = .*yarn/)
  expect(read({ rope_theta: 500, factor: 2 })).toThrow(/not supported \(without factor\)/)
})
