/** Training speed: blocks of steps that alternate between the contenders, and before them the proof that all do the same work. */
import type { Contender } from './contender.ts'

/** The tutorial's settings. */
export const settings = { batch: 16, learning_rate: 2e-5 }
const agreementSteps = 5
export const agreementTolerance = 1e-4

/** Seconds of one block, by contender; `update`: those of our optimiser's, among `ours`. */
export type Block = Record<string, number>

/** Largest difference of a step's loss between any two contenders that begin with the same weights, dropout off. */
export async function agreement(contenders: readonly Contender[]): Promise<number> {
  const losses: number[][] = []
  for (const contender of contenders) {
    await begin(contender, { steps: agreementSteps, dropout: false, half: false })
    losses.push((await contender.ask({ cmd: 'block', steps: agreementSteps })).losses as number[])
    contender.tell({ cmd: 'end' })
  }
  return Math.max(...losses[0].map((_, step) => {
    const ofStep = losses.map((all) => all[step])
    return Math.max(...ofStep) - Math.min(...ofStep)
  }))
}

/** Trains with dropout: a warm-up block each, then `blocks` rounds in which each contender does the same `steps` steps. */
export async function alternate(contenders: readonly Contender[], { blocks, steps, onBlock }: {
  blocks: number
  steps: number
  onBlock(done: number, block: Block): void
}): Promise<{ warmUp: Block; blocks: Block[] }> {
  for (const contender of contenders) await begin(contender, { steps: (blocks + 1) * steps, dropout: true, half: true })
  const warmUp = await round(contenders, steps)
  onBlock(0, warmUp)
  const rounds: Block[] = []
  for (let i = 0; i < blocks; i++) {
    // Each goes first in turn, so that a processor that grows slower or faster favours none.
    const first = i % contenders.length
    rounds.push(await round([...contenders.slice(first), ...contenders.slice(0, first)], steps))
    onBlock(i + 1, rounds[i])
  }
  return { warmUp, blocks: rounds }
}

async function begin(contender: Contender, run: { steps: number; dropout: boolean; half: boolean }): Promise<void> {
  await contender.ask({ cmd: 'train', ...settings, ...run })
}

async function round(contenders: readonly Contender[], steps: number): Promise<Block> {
  const block: Block = {}
  for (const contender of contenders) {
    const { seconds, update_seconds: update } = await contender.ask({ cmd: 'block', steps }) as Record<string, number>
    block[contender.name] = seconds
    if (update !== undefined) block.update = update
  }
  return block
}
