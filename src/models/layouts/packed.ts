import { oneHotSum } from '../../graph/gradients/movement.ts'
import { attention } from '../../graph/functions/layers.ts'
import { add, equal, gather, input, mul, parameter, reshape, where, withGradient } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { DropoutSites } from './dropoutSites.ts'
import { meanOfPlaces, nobody } from './padded.ts'
import type { DropoutSite, Layout, Lookup, RunnableLayout } from './layout.ts'
import { TextGroups } from './textGroups.ts'

/**
 * Real tokens only: rows of all texts lie behind one another, [tokens, hidden], with a few filler rows at the end that nothing
 * reads, so that their gradient is exactly 0. Padding exists only inside attention, where a filler row stands in for it, and there
 * texts are in `groupCount` groups by their length. The last layer keeps the first token of each text. Of an embedding table a batch
 * carries the rows it uses, each once.
 *
 * Batch inputs (int32): `<kind>.rows` [rows used], `<kind>.slots` [tokens]: which of them; `<kind>.numbers` and `token.number`: 0, 1,
 * 2, …; `first.token` [batch]; those of TextGroups for all texts together, `text`, and for the groups, `group`.
 */
export function packed(training: boolean, groupCount = 1, masks: DropoutSite['dtype'] = 'float32'): RunnableLayout {
  const dropout = new DropoutSites(training, masks)
  const lookups: Lookup[] = []
  const together = new TextGroups('text', [''])
  const grouped = groupCount === 1 ? together : new TextGroups('group', Array.from({ length: groupCount }, (_, i) => `.${i}`))

  const layout: Layout = {
    lookup(kind, table, shape, padding) {
      const used = `${kind}.rows`
      const ids = input(used, 'int32', [used])
      const rows = gather(parameter(table, shape), ids)
      const slots = input(`${kind}.slots`, 'int32', ['tokens'])
      const all = input(`${kind}.numbers`, 'int32', [used])
      const numbers = reshape(typeof padding === 'number' ? where(equal(ids, padding), nobody, all) : all, [used, 1])
      lookups.push({ table, kind, shape, rows })
      return withGradient(gather(rows, slots), [rows], (dy) => [oneHotSum(numbers, slots, dy, shape)])
    },
    attention(q, k, v, { heads: count, p, turn = (x) => x, scale = Math.sqrt(count / known(q.shape, 1)), bias: added }) {
      const onlyFirst = q.shape[0] === 'batch'
      const d = known(q.shape, 1) / count
      const texts = onlyFirst ? together : grouped
      const scaled = mul(q, scale)
      const queries = onlyFirst ? [reshape(scaled, ['batch', count, 1, d])] : texts.split(scaled, count)
      const [keys, values] = [k, v].map((x) => texts.split(x, count))
      const drops = dropout.probabilities(p, onlyFirst, queries.length)
      const contexts = queries.map((x, i) => {
        const [query, key, bias] = [turn(x), turn(keys[i]), texts.biases[i]]
        return attention(query, key, values[i], { bias: added ? add(added(query, key), bias) : bias, dropout: drops[i] })
      })
      return onlyFirst ? reshape(contexts[0], ['batch', count * d]) : texts.merge(contexts, count)
    },
    narrow: (x) => firstTokens(x),
    first: (x) => (x.shape[0] === 'batch' ? x : firstTokens(x)),
    mean: (x) => meanOfPlaces(together.split(x, 1)[0], together.groups[0].mask),
    dropout: (x, p) => dropout.features(x, p, x.shape[0] === 'batch'),
    dropoutOfTable: (x, p) => dropout.table(x, p),
  }

  function firstTokens(x: Tensor): Tensor {
    const row = input('first.token', 'int32', ['batch'])
    const numbers = reshape(input('token.number', 'int32', ['tokens']), ['tokens', 1])
    return withGradient(gather(x, row), [x], (dy) => [oneHotSum(numbers, row, dy, x.shape)])
  }

  return { ...layout, sites: dropout.sites, lookups }
}
