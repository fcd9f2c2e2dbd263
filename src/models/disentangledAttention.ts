/** DeBERTa's attention (He et al. 2021, section 3.1): scores also look at how far tokens are apart, through vectors learnt for distances. */
import { allDistances, byDistance, byToken, distances } from '../graph/functions/distances.ts'
import { linear } from '../graph/functions/layers.ts'
import { add, gather, matMul, mul, reduceSum, reshape, transpose, transposeLast } from '../graph/operators.ts'
import type { Dim, Tensor } from '../graph/tensor.ts'
import type { Positions } from './bertEncoder.ts'
import type { Layout } from './layouts/layout.ts'

interface Distances {
  /** -1: as many as there are positions. */
  max_relative_positions: number
  max_position_embeddings: number
  /** Distances beyond half of them share buckets; -1: none do. */
  position_buckets: number
}

/** What of a DeBERTa's config.json its attention looks at. */
interface DisentangledConfig extends Distances {
  hidden_size: number
  num_attention_heads: number
  hidden_dropout_prob: number
  /** `c2p`: what a token looks for at a distance; `p2c`: what a distance looks for in a token. */
  pos_att_type: readonly ('c2p' | 'p2c')[]
  share_att_key: boolean
}

export class DisentangledAttention {
  readonly #config: DisentangledConfig
  readonly #layout: Layout
  readonly #vectors: Tensor | undefined
  /** Which rows of the vectors stand for the distances that there are. */
  readonly #rows = new Map<string, Tensor>()

  /** @param vectors [2 · span, hidden], where attention looks at distances */
  constructor(config: DisentangledConfig, layout: Layout, vectors: Tensor | undefined) {
    this.#config = config
    this.#layout = layout
    this.#vectors = vectors
  }

  /** @param name of a block's attention */
  of(name: string): Positions {
    const { pos_att_type, hidden_size, num_attention_heads } = this.#config
    const terms = 1 + new Set(pos_att_type).size
    const scale = 1 / Math.sqrt(hidden_size / num_attention_heads * terms)
    if (!this.#vectors || terms === 1) return { scale }
    const vectors = this.#layout.dropoutOfTable(this.#vectors, this.#config.hidden_dropout_prob)
    return { scale, bias: (q, k) => this.#bias(name, vectors, q, k, scale) }
  }

  #bias(name: string, vectors: Tensor, q: Tensor, k: Tensor, scale: number): Tensor {
    const { pos_att_type, share_att_key } = this.#config
    const [queries, keys] = [q.shape[2], k.shape[2]]
    const [keyNames, queryNames] = share_att_key ? ['key_proj', 'query_proj'] : ['pos_key_proj', 'pos_query_proj']
    const terms: Tensor[] = []
    if (pos_att_type.includes('c2p')) {
      const rows = gather(vectors, this.#rowsFor(queries, keys, 'query'))
      const scores = matMul(q, transposeLast(this.#toHeads(rows, `${name}.${keyNames}`)))
      terms.push(queries === 1 ? scores : byToken(scores))
    }
    if (pos_att_type.includes('p2c')) {
      const rows = gather(vectors, this.#rowsFor(queries, keys, queries === 1 ? 'query' : 'key'))
      const looking = mul(this.#toHeads(rows, `${name}.${queryNames}`), scale)
      terms.push(transposeLast(queries === 1 ? reduceSum(mul(k, looking), [-1], true) : byToken(matMul(k, transposeLast(looking)))))
    }
    return terms.reduce(add)
  }

  /** x [rows, hidden] → [heads, rows, d] */
  #toHeads(x: Tensor, name: string): Tensor {
    const { hidden_size, num_attention_heads: heads } = this.#config
    const projected = linear(x, name, hidden_size)
    return transpose(reshape(projected, [x.shape[0], heads, hidden_size / heads]), [1, 0, 2])
  }

  /** For how far the others are from each query, or from each key. */
  #rowsFor(queries: Dim, keys: Dim, from: 'query' | 'key'): Tensor {
    const name = `${queries} ${keys} ${from}`
    const made = this.#rows.get(name)
    if (made) return made
    const away = queries === 1 ? reshape(distances(1, keys), [keys]) : allDistances(keys)
    const rows = byDistance(away, longestDistance(this.#config), (distance) => rowOf(from === 'query' ? -distance : distance, this.#config))
    this.#rows.set(name, rows)
    return rows
  }
}

function longestDistance({ max_relative_positions, max_position_embeddings }: Distances): number {
  return max_relative_positions < 1 ? max_position_embeddings : max_relative_positions
}

/** How many buckets of distances there are, each way. */
export function spanOf(config: Distances): number {
  return config.position_buckets > 0 ? config.position_buckets : longestDistance(config)
}

/** The row of the vectors for query place − key place. */
function rowOf(distance: number, config: Distances): number {
  const span = spanOf(config)
  const bucket = config.position_buckets > 0 ? logBucket(distance, config.position_buckets, longestDistance(config)) : distance
  return Math.min(Math.max(bucket + span, 0), 2 * span - 1)
}

/** Distances up to half of the buckets are themselves, the others go by their logarithm (make_log_bucket_position), in float32 as in torch. */
export function logBucket(distance: number, buckets: number, longest: number): number {
  const { fround, log } = Math
  const middle = Math.trunc(buckets / 2)
  const away = Math.abs(distance)
  if (away <= middle) return distance
  const share = fround(fround(log(fround(away / middle))) / fround(log(fround((longest - 1) / middle))))
  return Math.sign(distance) * (Math.ceil(fround(share * (middle - 1))) + middle)
}
