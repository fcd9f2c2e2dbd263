/** Tiny models with random weights, and random texts for them. */
import type { Architecture } from '../../src/models/architecture.ts'
import { architectureOf } from '../../src/models/registry.ts'
import { hostArray, size } from '../../src/runtime/tensor.ts'
import { randomTensor, uniforms } from '../graph/tensors.ts'

export const families = ['distilbert', 'bert', 'roberta', 'xlm-roberta', 'electra', 'mpnet', 'albert', 'deberta-v2', 'modernbert'] as const
export type Family = (typeof families)[number]

export interface Sizes {
  hidden?: number
  heads?: number
  inner?: number
  layers?: number
  vocabulary?: number
  positions?: number
  /** Of features, attention's probabilities and the classifier. */
  dropout?: readonly [number, number, number]
}

export interface TinyModel {
  architecture: Architecture
  config: unknown
  /** As in config.json. */
  raw: Record<string, unknown>
  vocabulary: number
}

export function tinyModel(family: Family, sizes: Sizes = {}): TinyModel {
  const { hidden = 12, heads = 3, inner = 20, layers = 2, vocabulary = 90, positions = 40, dropout: [features, attention, classifier] = [0, 0, 0] } = sizes
  const usual = {
    vocab_size: vocabulary, max_position_embeddings: positions, hidden_size: hidden, num_attention_heads: heads, intermediate_size: inner, num_hidden_layers: layers,
    hidden_dropout_prob: features, attention_probs_dropout_prob: attention, classifier_dropout: classifier,
  }
  const raw = { ...usual, ...ownFields(family, sizes) }
  const architecture = architectureOf(family)
  return { architecture, config: architecture.readConfig(raw), raw, vocabulary }
}

/** Fields that a family has beside the usual ones, or instead of them. */
function ownFields(family: Family, { hidden = 12, heads = 3, inner = 20, layers = 2, positions = 40, dropout: [features, attention, classifier] = [0, 0, 0] }: Sizes): Record<string, unknown> {
  switch (family) {
    case 'distilbert': return { dim: hidden, n_heads: heads, hidden_dim: inner, n_layers: layers, dropout: features, attention_dropout: attention, seq_classif_dropout: classifier }
    case 'bert': return {}
    case 'electra': return { embedding_size: 8 }
    case 'albert': return { embedding_size: 8, classifier_dropout_prob: classifier }
    case 'mpnet': return { max_position_embeddings: positions + 2 }
    case 'deberta-v2': return {
      relative_attention: true, position_buckets: 6, pos_att_type: 'c2p|p2c', share_att_key: true, norm_rel_ebd: 'layer_norm', position_biased_input: false, cls_dropout: classifier,
    }
    case 'modernbert': return {
      num_hidden_layers: layers + 2, local_attention: 6, embedding_dropout: features, mlp_dropout: features, attention_dropout: attention, pad_token_id: 0,
    }
    case 'roberta':
    case 'xlm-roberta': return { max_position_embeddings: positions + 2, type_vocab_size: 1 }
  }
}

/** What the positions of a family count from, where they do: for batches without an engine. */
export function positionsAfter({ architecture, config }: TinyModel): number | undefined {
  return architecture.positionsAfter?.(config)
}

/** The same random values for a parameter wherever it is asked for: norms near 1, the rest wide enough that everything matters. */
export function randomParameter(name: string, shape: readonly number[], seed = 1): Float32Array {
  const ofName = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed)
  const { data } = randomTensor(shape, ofName, -0.5, 0.5)
  return /norm\.weight$/i.test(name) ? data.map((value) => 1 + value) : data
}

/** Random values of all parameters, each made when it is first asked for. */
export function randomParameters(shapes: ReadonlyMap<string, readonly number[]>, seed = 1): (name: string) => Float32Array {
  const made = new Map<string, Float32Array>()
  return (name) => {
    const known = made.get(name)
    if (known) return known
    const shape = shapes.get(name)!
    const values = hostArray('float32', size(shape))
    values.set(randomParameter(name, shape, seed))
    made.set(name, values)
    return values
  }
}

/** Texts of these lengths as token ids: few enough different ones that many repeat. */
export function randomTexts(lengths: readonly number[], seed = 1, vocabulary = 90): Int32Array[] {
  const next = uniforms(seed)
  return lengths.map((length) => Int32Array.from({ length }, (_, place) => (place === 0 ? 1 : 2 + Math.floor(next() * (vocabulary - 2)))))
}
