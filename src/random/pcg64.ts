/**
 * numpy's `default_rng(seed)`, as far as `datasets` needs it for `shuffle` and `train_test_split`:
 * SeedSequence → PCG64 XSL-RR → masked rejection → Fisher-Yates from the top.
 * Sources: numpy/random/bit_generator.pyx, src/pcg64/pcg64.h, src/distributions/distributions.c.
 */
const LIMBS = 8
const LIMB = 0x10000
const MASK_128 = (1n << 128n) - 1n
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n
const MULTIPLIER_LIMBS = toLimbs(MULTIPLIER)

/** A stream of 32-bit numbers, equal to numpy's for the same seed (an integer from 0 to 2^53 − 1). */
export class Pcg64 {
  /** 128-bit numbers as 16-bit limbs, lowest first: sums of their products stay exact in a double. */
  #state: Float64Array<ArrayBuffer>
  #next = new Float64Array(LIMBS)
  readonly #increment: Float64Array
  /** numpy hands out the two halves of a 64-bit number one after the other, the low one first. */
  #upperHalf: number | undefined

  constructor(seed: number) {
    const words = seedSequence(seed)
    const word = (index: number) => BigInt(words[index])
    const initState = word(1) << 96n | word(0) << 64n | word(3) << 32n | word(2)
    const initSequence = word(5) << 96n | word(4) << 64n | word(7) << 32n | word(6)
    const increment = (initSequence << 1n | 1n) & MASK_128
    this.#increment = toLimbs(increment)
    this.#state = toLimbs((increment + initState) * MULTIPLIER + increment)
  }

  /** The next number, 0 to 2^32 − 1. */
  u32(): number {
    if (this.#upperHalf !== undefined) {
      const upper = this.#upperHalf
      this.#upperHalf = undefined
      return upper
    }
    this.#step()
    // XSL-RR: the halves of the state xor-ed, rotated right by its top six bits.
    const state = this.#state
    const low = ((state[0] ^ state[4]) | (state[1] ^ state[5]) << 16) >>> 0
    const high = ((state[2] ^ state[6]) | (state[3] ^ state[7]) << 16) >>> 0
    const turn = state[7] >>> 10
    const [first, second] = turn < 32 ? [low, high] : [high, low]
    this.#upperHalf = rotated(second, first, turn & 31)
    return rotated(first, second, turn & 31)
  }

  /** A uniform number from 0 to `max` (at most 2^31 − 1), both included. */
  upTo(max: number): number {
    if (max === 0) return 0
    const mask = -1 >>> Math.clz32(max)
    for (;;) {
      const value = (this.u32() & mask) >>> 0
      if (value <= max) return value
    }
  }

  /** state = state · multiplier + increment, modulo 2^128. */
  #step(): void {
    const [state, next] = [this.#state, this.#next]
    let carry = 0
    for (let k = 0; k < LIMBS; k++) {
      let sum = carry + this.#increment[k]
      for (let i = 0; i <= k; i++) sum += state[i] * MULTIPLIER_LIMBS[k - i]
      next[k] = sum % LIMB
      carry = Math.floor(sum / LIMB)
    }
    this.#state = next
    this.#next = state
  }
}

/** numpy's `default_rng(seed).permutation(n)`: 0 … n − 1 in the order that `datasets`' `shuffle(seed)` gives the rows. */
export function permutation(n: number, seed: number): Int32Array {
  const random = new Pcg64(seed)
  const order = Int32Array.from({ length: n }, (_, index) => index)
  for (let i = n - 1; i > 0; i--) {
    const j = random.upTo(i)
    const moved = order[i]
    order[i] = order[j]
    order[j] = moved
  }
  return order
}

/** The low 32 bits of the 64-bit number `high:low` shifted right by `turn` (0 to 31). */
function rotated(low: number, high: number, turn: number): number {
  return turn === 0 ? low : (low >>> turn | high << (32 - turn)) >>> 0
}

function toLimbs(value: bigint): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: LIMBS }, (_, index) => Number(value >> BigInt(16 * index) & 0xffffn))
}

/** numpy's `SeedSequence(seed).generate_state(8)`: eight 32-bit words that hang on every bit of the seed. */
function seedSequence(seed: number): Uint32Array {
  const entropy = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]
  let constant = 0x43b0d7e5
  const hash = (value: number) => {
    value ^= constant
    constant = Math.imul(constant, 0x931e8875)
    value = Math.imul(value, constant)
    return value ^ value >>> 16
  }
  const mix = (x: number, y: number) => {
    const mixed = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y) | 0
    return mixed ^ mixed >>> 16
  }
  const pool = Array.from({ length: 4 }, (_, index) => hash(entropy[index] ?? 0))
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]))
  }
  let output = 0x8b51f9dd
  return Uint32Array.from({ length: 8 }, (_, index) => {
    const value = pool[index % 4] ^ output
    output = Math.imul(output, 0x58f38ded)
    const mixed = Math.imul(value, output)
    return mixed ^ mixed >>> 16
  })
}
