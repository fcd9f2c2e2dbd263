import { hostArray } from '../../runtime/tensor.ts'
import { int32, paddedRows, roundUp, type Batch, type Feeds, type UsedRows } from './batch.ts'

/** Of many rows, and of few: where one text is classified, each row of filler counts. */
const [tokenStep, fewTokens, stepOfFew] = [32, 128, 4]
const sequenceStep = 8

/**
 * Inputs of a packed graph (packed.ts) for texts as token ids. There is always a filler row at the end, and always a padded place
 * in attention for it to stand in: `used` may span several batches of one update.
 */
export function packedBatch(texts: readonly Int32Array[], used: UsedRows): Batch {
  const lengths = texts.map((ids) => ids.length)
  const real = lengths.reduce((sum, length) => sum + length, 0)
  const tokens = roundUp(real + 1, real < fewTokens ? stepOfFew : tokenStep)
  const sequence = roundUp(Math.max(...lengths) + 1, sequenceStep)
  const shortest = lengths.indexOf(Math.min(...lengths))
  const filler = tokens - 1

  const tokenText = hostArray('int32', tokens).fill(shortest, real)
  const tokenPlace = hostArray('int32', tokens).fill(sequence - 1, real)
  const sequenceToken = hostArray('int32', texts.length * sequence).fill(filler)
  const mask = hostArray('bool', texts.length * sequence)
  const slots = hostArray('int32', tokens)
  const positionSlots = hostArray('int32', tokens)
  let token = 0
  for (const [text, ids] of texts.entries()) {
    positionSlots.set(used.positionSlots(ids), token)
    for (const [place, id] of ids.entries()) {
      tokenText[token] = text
      tokenPlace[token] = place
      sequenceToken[text * sequence + place] = token
      mask[text * sequence + place] = 1
      slots[token++] = used.slotOfId(id)
    }
  }

  const starts = lengths.map((_, text) => sequenceToken[text * sequence])
  const feeds: Feeds = {
    'sequence.token': { dtype: 'int32', shape: [texts.length, sequence], data: sequenceToken },
    'sequence.mask': { dtype: 'bool', shape: [texts.length, sequence], data: mask },
    'sequence.length': int32([], () => sequence),
    'token.text': { dtype: 'int32', shape: [tokens], data: tokenText },
    'token.place': { dtype: 'int32', shape: [tokens], data: tokenPlace },
    'token.number': int32([tokens], (i) => i),
    'first.token': int32([texts.length], (text) => starts[text]),
    'input_ids.slots': { dtype: 'int32', shape: [tokens], data: slots },
    'position_ids.slots': { dtype: 'int32', shape: [tokens], data: positionSlots },
    'token_type_ids.slots': int32([tokens], () => 0),
  }
  for (const [kind, rows] of used.rows) {
    const count = paddedRows(rows.length)
    feeds[`${kind}.rows`] = int32([count], (i) => rows[i] ?? rows[0])
    feeds[`${kind}.numbers`] = int32([count], (i) => i)
  }
  return { feeds, texts: texts.length, sequence, tokenText, tokenPlace }
}
