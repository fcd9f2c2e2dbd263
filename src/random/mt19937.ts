/**
 * torch's CPU generator and the order in which Trainer takes the rows.
 * Sources: aten/src/ATen/core/MT19937RNGEngine.h, aten/src/ATen/native/TensorFactories.cpp (randperm), accelerate's SeedableRandomSampler.
 */
const SIZE = 624
const SHIFT = 397

/** A stream of 32-bit numbers, equal to torch's for the same `manual_seed` (of which it takes the low 32 bits). */
export class Mt19937 {
  readonly #state = new Uint32Array(SIZE)
  #index = SIZE

  constructor(seed: number) {
    const state = this.#state
    state[0] = seed % 2 ** 32
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ state[i - 1] >>> 30) + i
  }

  /** The next number, 0 to 2^32 − 1. */
  u32(): number {
    if (this.#index === SIZE) this.#refill()
    let y = this.#state[this.#index++]
    y ^= y >>> 11
    y ^= y << 7 & 0x9d2c5680
    y ^= y << 15 & 0xefc60000
    return (y ^ y >>> 18) >>> 0
  }

  #refill(): void {
    const state = this.#state
    for (let k = 0; k < SIZE; k++) {
      const y = state[k] & 0x80000000 | state[(k + 1) % SIZE] & 0x7fffffff
      state[k] = state[(k + SHIFT) % SIZE] ^ y >>> 1 ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#index = 0
  }
}

/** torch's `randperm(n, generator=manual_seed(seed))`: 0 … n − 1, shuffled from the bottom. */
export function randperm(n: number, seed: number): Int32Array {
  const random = new Mt19937(seed)
  const order = Int32Array.from({ length: n }, (_, index) => index)
  for (let i = 0; i < n - 1; i++) {
    const j = i + random.u32() % (n - i)
    const moved = order[i]
    order[i] = order[j]
    order[j] = moved
  }
  return order
}

/** The order of `n` training rows in an epoch (counted from 0), as HF Trainer's sampler draws it: seed + epoch. */
export function epochOrder(n: number, seed: number, epoch: number): Int32Array {
  return randperm(n, seed + epoch)
}
