import { filler, roundUp, type TextGroup } from './batch.ts'

const sequenceStep = 8

/** The places for tokens that a text of so many has: more than it needs, as a filler row is to find one (packed.ts). */
export function placesFor(tokens: number): number {
  return roundUp(tokens + 1, sequenceStep)
}

/**
 * Groups texts by their lengths so that attention, whose work goes by the square of the places, has least to do: of all ways to cut
 * the texts, in the order of their lengths, into `count` groups. A group that is not needed has one text of filler.
 */
export function groupByLength(lengths: readonly number[], count: number): TextGroup[] {
  const order = [...lengths.keys()].sort((a, b) => lengths[a] - lengths[b] || a - b)
  const groupOf = (from: number, end: number): TextGroup => ({ texts: order.slice(from, end), sequence: placesFor(lengths[order[end - 1]]) })
  const pairs = (from: number, end: number) => (end - from) * placesFor(lengths[order[end - 1]]) ** 2

  /** For the first `end` texts, in as many groups as rounds are done: the least work, and where their last group begins. */
  let best = order.map((_, last) => ({ work: pairs(0, last + 1), groups: [groupOf(0, last + 1)] }))
  for (let round = 1; round < count; round++) {
    best = best.map((before, last) => {
      const cuts = best.slice(0, last).map(({ work, groups }, i) => ({ work: work + pairs(i + 1, last + 1), groups, from: i + 1 }))
      const cut = cuts.reduce<typeof cuts[number] | undefined>((least, each) => (least && least.work <= each.work ? least : each), undefined)
      return cut && cut.work < before.work ? { work: cut.work, groups: [...cut.groups, groupOf(cut.from, last + 1)] } : before
    })
  }
  const { groups } = best[order.length - 1]
  return [...groups, ...Array.from({ length: count - groups.length }, () => ({ texts: [filler], sequence: sequenceStep }))]
}
