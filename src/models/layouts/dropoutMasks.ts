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

type Keys = Record<'rows' | 'places' | 'firsts' | 'table', Int32Array>

/** In place of a text's number, for what belongs to none. */
const noText = 2 ** 31 - 1

/** Spare room when a larger batch comes, so that the memory is seldom exchanged. */
const spare = 1.25

/**
 * Makes the masks of a training step: a hash of seed, step, text, token, site, head and feature or key decides each value, so they
 * do not depend on packing, micro-batches or resuming. The arrays are valid until the next call.
 */
export class DropoutMasks {
  readonly #sites: readonly DropoutSite[]
  readonly #tableRows: number
  #memory = new KernelMemory(0)

  constructor(sites: readonly DropoutSite[]) {
    this.#sites = sites
    this.#tableRows = Math.max(0, ...sites.map(({ rows = 0 }) => rows))
  }

  feeds(batch: Batch, key: DropoutKey): Feeds {
    const active = this.#sites.filter((site) => site.p > 0)
    const shapes = active.map((site) => shapeOf(site, batch))
    this.#reserve(shapes, batch)
    const keys = this.#keys(batch, key)
    return Object.fromEntries(active.map((site, i) => [site.input, this.#mask(site, shapes[i], batch, keys)]))
  }

  #reserve(shapes: readonly number[][], batch: Batch): void {
    const lengths = [...shapes.map((shape) => shape.reduce((product, dim) => product * dim, 1)), batch.tokenText.length, batch.texts * batch.sequence, batch.texts, this.#tableRows]
    const bytes = lengths.reduce((sum, length) => sum + KernelMemory.bytesFor(length), 0)
    if (bytes > this.#memory.bytes) this.#memory = new KernelMemory(bytes * spare)
    this.#memory.reset()
  }

  /** Of token rows, of places in attention [batch, sequence], of first tokens, and of rows of tables. */
  #keys({ texts, sequence, tokenText, tokenPlace }: Batch, { seed, step, firstText }: DropoutKey): Keys {
    const { tokenKey } = this.#memory.kernels
    const base = tokenKey(tokenKey(seed, seed / 2 ** 32, 0), step, 0)
    const places = this.#memory.integers(texts * sequence)
    for (let i = 0; i < places.length; i++) places[i] = tokenKey(base, firstText + Math.floor(i / sequence), i % sequence)
    const rows = this.#memory.integers(tokenText.length)
    for (let i = 0; i < rows.length; i++) rows[i] = places[tokenText[i] * sequence + tokenPlace[i]]
    const firsts = this.#memory.integers(texts)
    for (let i = 0; i < texts; i++) firsts[i] = places[i * sequence]
    const table = this.#memory.integers(this.#tableRows)
    for (let i = 0; i < table.length; i++) table[i] = tokenKey(base, noText, i)
    return { rows, places, firsts, table }
  }

  #mask({ input, p, kind, onlyFirst, width }: DropoutSite, shape: number[], { texts, sequence }: Batch, keys: Keys): HostTensor {
    const { kernels } = this.#memory
    const data = this.#memory.floats(shape.reduce((product, dim) => product * dim, 1))
    const site = kernels.tokenKey(0, Number(input.split('.')[1]), 1)
    const threshold = Math.round(p * 65536)
    const kept = 1 / (1 - p)
    if (kind !== 'probability') {
      const rows = kind === 'table' ? keys.table : onlyFirst ? keys.firsts : keys.rows
      kernels.maskFeatures(data.byteOffset, rows.byteOffset, shape[0], width, site, threshold, kept)
    } else {
      const queries = onlyFirst ? keys.firsts : keys.places
      kernels.maskProbabilities(data.byteOffset, queries.byteOffset, texts, width, onlyFirst ? 1 : sequence, sequence, site, threshold, kept)
    }
    return { dtype: 'float32', shape, data }
  }
}

function shapeOf({ kind, onlyFirst, width, rows = 0 }: DropoutSite, { texts, sequence, tokenText }: Batch): number[] {
  if (kind === 'table') return [rows, width]
  if (kind === 'feature') return [onlyFirst ? texts : tokenText.length, width]
  return [texts, width, onlyFirst ? 1 : sequence, sequence]
}
