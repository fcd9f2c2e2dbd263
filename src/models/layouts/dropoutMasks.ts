import { inMemories, KernelMemory, type Kernels } from '../../kernels/kernels.ts'
import { size, type HostTensor } from '../../runtime/tensor.ts'
import type { Batch, Feeds, TextGroup } from './batch.ts'
import type { DropoutSite } from './layout.ts'

/** Where masks get their randomness from. */
export interface DropoutKey {
  seed: number
  /** The optimiser step, from 1. */
  step: number
  /** Place of the batch's first text in the effective batch. */
  firstText: number
}

/** Of token rows, of places in attention [texts, sequence] of each group, of first tokens, and of rows of tables. */
interface Keys { kernels: Kernels; rows: Int32Array; groups: Int32Array[]; firsts: Int32Array; table: Int32Array }

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
  readonly #mostBytes: number
  /** Each with as many masks as it holds, and the keys. */
  readonly #memories: KernelMemory[] = []

  /** @param mostBytes of masks in one memory */
  constructor(sites: readonly DropoutSite[], mostBytes = KernelMemory.mostBytes) {
    this.#sites = sites.filter(({ p }) => p > 0)
    this.#tableRows = Math.max(0, ...sites.map(({ rows = 0 }) => rows))
    this.#mostBytes = mostBytes
  }

  feeds(batch: Batch, key: DropoutKey): Feeds {
    const ofKeys = [batch.tokenText.length, ...batch.groups.map(placesOf), batch.texts, this.#tableRows].reduce((sum, length) => sum + KernelMemory.bytesFor(length), 0)
    const bytesOf = (site: DropoutSite) => KernelMemory.bytesFor(size(shapeOf(site, batch)) / (site.dtype === 'bool' ? 4 : 1))
    const masks = inMemories(this.#sites, bytesOf, this.#mostBytes - ofKeys).flatMap((together, i) => {
      const memory = this.#reserve(i, together.reduce((sum, site) => sum + bytesOf(site), ofKeys))
      const keys = this.#keys(memory, batch, key)
      return together.map((site) => [site.input, maskOf(site, shapeOf(site, batch), keys, memory)] as const)
    })
    return Object.fromEntries(masks)
  }

  #reserve(place: number, bytes: number): KernelMemory {
    const known = this.#memories[place] as KernelMemory | undefined
    if (known === undefined || bytes > known.size) this.#memories[place] = new KernelMemory(Math.max(bytes, Math.min(bytes * spare, KernelMemory.mostBytes)))
    this.#memories[place].reset()
    return this.#memories[place]
  }

  #keys(memory: KernelMemory, { texts, groups, tokenText, tokenPlace }: Batch, { seed, step, firstText }: DropoutKey): Keys {
    const { kernels } = memory
    const { tokenKey } = kernels
    const base = tokenKey(tokenKey(seed, seed / 2 ** 32, 0), step, 0)
    const make = (length: number, key: (i: number) => number) => {
      const keys = memory.integers(length)
      for (let i = 0; i < length; i++) keys[i] = key(i)
      return keys
    }
    return {
      kernels,
      rows: make(tokenText.length, (i) => tokenKey(base, firstText + tokenText[i], tokenPlace[i])),
      groups: groups.map((group) => make(placesOf(group), (i) => tokenKey(base, firstText + group.texts[Math.floor(i / group.sequence)], i % group.sequence))),
      firsts: make(texts, (i) => tokenKey(base, firstText + i, 0)),
      table: make(this.#tableRows, (i) => tokenKey(base, noText, i)),
    }
  }
}

function maskOf({ input, dtype, p, kind, onlyFirst, width, group = 0 }: DropoutSite, shape: number[], keys: Keys, memory: KernelMemory): HostTensor {
  const { kernels } = keys
  const data = dtype === 'bool' ? memory.bytes(size(shape)) : memory.floats(size(shape))
  const site = kernels.tokenKey(0, Number(input.split('.')[1]), 1)
  const threshold = Math.round(p * 65536)
  const kept = dtype === 'bool' ? 0 : 1 / (1 - p)
  if (kind !== 'probability') {
    const rows = kind === 'table' ? keys.table : onlyFirst ? keys.firsts : keys.rows
    kernels.maskFeatures(data.byteOffset, rows.byteOffset, shape[0], width, site, threshold, kept)
  } else {
    const queries = onlyFirst ? keys.firsts : keys.groups[group]
    const [texts, , places, seen] = shape
    kernels.maskProbabilities(data.byteOffset, queries.byteOffset, texts, width, places, seen, site, threshold, kept)
  }
  return { dtype, shape, data }
}

function placesOf({ texts, sequence }: TextGroup): number {
  return texts.length * sequence
}

function shapeOf({ kind, onlyFirst, width, rows = 0, group = 0 }: DropoutSite, { texts, sequence, groups, tokenText }: Batch): number[] {
  if (kind === 'table') return [rows, width]
  if (kind === 'feature') return [onlyFirst ? texts : tokenText.length, width]
  if (onlyFirst) return [texts, width, 1, sequence]
  return [groups[group].texts.length, width, groups[group].sequence, groups[group].sequence]
}
