import { KernelMemory } from '../../kernels/kernels.ts'
import type { HostTensor } from '../../runtime/tensor.ts'
import type { Batch, Feeds } from './batch.ts'
import type { DropoutSite } from './layout.ts'

/** Where masks get their randomness from. */
export interface DropoutKey {
  seed: number
  /** The optimiser step, from 1. */
  step: number
  /** Place of the batch's first text in the effective batch. */
  firstText: number
}

/** Spare room when a larger batch comes, so that the memory is seldom exchanged. */
const spare = 1.25

/**
 * Makes the masks of a training step: a hash of seed, step, text, token, site, head and feature or key decides each value, so they
 * do not depend on packing, micro-batches or resuming. The arrays are valid until the next call.
 */
export class DropoutMasks {
  readonly #sites: readonly DropoutSite[]
  #memory = new KernelMemory(0)

  constructor(sites: readonly DropoutSite[]) {
    this.#sites = sites
  }

  feeds(batch: Batch, key: DropoutKey): Feeds {
    const active = this.#sites.filter((site) => site.p > 0)
    const shapes = active.map((site) => shapeOf(site, batch))
    this.#reserve(shapes, batch)
    const keys = this.#tokenKeys(batch, key)
    return Object.fromEntries(active.map((site, i) => [site.input, this.#mask(site, shapes[i], batch, keys)]))
  }

  #reserve(shapes: readonly number[][], batch: Batch): void {
    const lengths = [...shapes.map((shape) => shape.reduce((product, dim) => product * dim, 1)), batch.tokenText.length, batch.texts * batch.sequence, batch.texts]
    const bytes = lengths.reduce((sum, length) => sum + KernelMemory.bytesFor(length), 0)
    if (bytes > this.#memory.bytes) this.#memory = new KernelMemory(bytes * spare)
    this.#memory.reset()
  }

  /** Keys of token rows, of places in attention [batch, sequence], and of first tokens. */
  #tokenKeys({ texts, sequence, tokenText, tokenPlace }: Batch, { seed, step, firstText }: DropoutKey): Record<'rows' | 'places' | 'firsts', Int32Array> {
    const { tokenKey } = this.#memory.kernels
    const base = tokenKey(tokenKey(seed, seed / 2 ** 32, 0), step, 0)
    const places = this.#memory.integers(texts * sequence)
    for (let i = 0; i < places.length; i++) places[i] = tokenKey(base, firstText + Math.floor(i / sequence), i % sequence)
    const rows = this.#memory.integers(tokenText.length)
    for (let i = 0; i < rows.length; i++) rows[i] = places[tokenText[i] * sequence + tokenPlace[i]]
    const firsts = this.#memory.integers(texts)
    for (let i = 0; i < texts; i++) firsts[i] = places[i * sequence]
    return { rows, places, firsts }
  }

  #mask({ input, p, kind, onlyFirst, width }: DropoutSite, shape: number[], { texts, sequence }: Batch, keys: Record<'rows' | 'places' | 'firsts', Int32Array>): HostTensor {
    const { kernels } = this.#memory
    const data = this.#memory.floats(shape.reduce((product, dim) => product * dim, 1))
    const site = kernels.tokenKey(0, Number(input.split('.')[1]), 1)
    const threshold = Math.round(p * 65536)
    const kept = 1 / (1 - p)
    if (kind === 'feature') {
      kernels.maskFeatures(data.byteOffset, (onlyFirst ? keys.firsts : keys.rows).byteOffset, shape[0], width, site, threshold, kept)
    } else {
      const queries = onlyFirst ? keys.firsts : keys.places
      kernels.maskProbabilities(data.byteOffset, queries.byteOffset, texts, width, onlyFirst ? 1 : sequence, sequence, site, threshold, kept)
    }
    return { dtype: 'float32', shape, data }
  }
}

function shapeOf({ kind, onlyFirst, width }: DropoutSite, { texts, sequence, tokenText }: Batch): number[] {
  if (kind === 'feature') return [onlyFirst ? texts : tokenText.length, width]
  return [texts, width, onlyFirst ? 1 : sequence, sequence]
}
