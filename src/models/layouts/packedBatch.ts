import { hostArray } from '../../runtime/tensor.ts'
import { int32, paddedRows, roundUp, type Batch, type Feeds, type TextGroup, type UsedRows } from './batch.ts'
import { groupByLength, placesFor } from './groupByLength.ts'

/** Of many rows, and of few: where one text is classified, each row of filler counts. */
const [tokenStep, fewTokens, stepOfFew] = [32, 128, 4]

/**
 * Inputs of a packed graph (packed.ts) for texts as token ids. There is always a filler row at the end, and always a padded place
 * in attention for it to stand in: `used` may span several batches of one update.
 */
export function packedBatch(texts: readonly Int32Array[], used: UsedRows, groupCount = 1): Batch {
  const lengths = texts.map((ids) => ids.length)
  const real = lengths.reduce((sum, length) => sum + length, 0)
  const tokens = roundUp(real + 1, real < fewTokens ? stepOfFew : tokenStep)
  const together: TextGroup = { texts: [...texts.keys()], sequence: placesFor(Math.max(...lengths)) }
  const groups = groupCount === 1 ? [together] : groupByLength(lengths, groupCount)

  const tokenText = hostArray('int32', tokens)
  const tokenPlace = hostArray('int32', tokens).fill(lengths[0], real)
  const slots = hostArray('int32', tokens)
  const positionSlots = hostArray('int32', tokens)
  const starts: number[] = []
  let token = 0
  for (const [text, ids] of texts.entries()) {
    starts.push(token)
    positionSlots.set(used.positionSlots(ids), token)
    for (const [place, id] of ids.entries()) {
      tokenText[token] = text
      tokenPlace[token] = place
      slots[token++] = used.slotOfId(id)
    }
  }

  const feeds: Feeds = {
    ...groupFeeds('text', [together], { starts, lengths, tokenText }),
    ...groupCount > 1 ? groupFeeds('group', groups, { starts, lengths, tokenText }) : {},
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
  return { feeds, texts: texts.length, sequence: together.sequence, groups, tokenText, tokenPlace }
}

/** Where the tokens of texts, which begin at rows `starts`, are in attention (textGroups.ts). */
function groupFeeds(name: string, groups: readonly TextGroup[], { starts, lengths, tokenText }: { starts: number[]; lengths: number[]; tokenText: Int32Array }): Feeds {
  const feeds: Feeds = {}
  const [before, places] = [lengths.slice(), lengths.slice()]
  let count = 0
  for (const [i, { texts, sequence }] of groups.entries()) {
    const shape = [texts.length, sequence]
    const token = hostArray('int32', texts.length * sequence).fill(tokenText.length - 1)
    const mask = hostArray('bool', texts.length * sequence)
    for (const [row, text] of texts.entries()) {
      for (let place = 0; place < lengths[text]; place++) {
        token[row * sequence + place] = starts[text] + place
        mask[row * sequence + place] = 1
      }
      before[text] = count
      places[text] = sequence
      count += sequence
    }
    feeds[`${name}.${i}.token`] = { dtype: 'int32', shape, data: token }
    feeds[`${name}.${i}.mask`] = { dtype: 'bool', shape, data: mask }
  }
  feeds[`${name}.before`] = int32([tokenText.length], (row) => before[tokenText[row]])
  feeds[`${name}.length`] = int32([tokenText.length], (row) => places[tokenText[row]])
  return feeds
}
