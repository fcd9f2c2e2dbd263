import { Mt19937 } from './mt19937.ts'

/** Tensors of at least this many values are filled in groups of as many. */
const group = 16

/**
 * What torch's `normal_` draws on the CPU, tensor after tensor, after `manual_seed`: equal to a few units in float32's last place
 * (torch's vector code has a logarithm and a cosine of its own). Source: aten/src/ATen/native/cpu/DistributionTemplates.h
 * (normal_fill) and aten/src/ATen/core/DistributionsHelper.h (normal_distribution).
 */
export class TorchNormal {
  readonly #random: Mt19937
  /** The second half of a pair, for the next small tensor. */
  #spare: number | undefined

  constructor(seed: number) {
    this.#random = new Mt19937(seed)
  }

  /** Draws N(0, deviation²) into `target`, as `normal_(0, deviation)` into a tensor of its size. */
  fill(target: Float32Array, deviation: number): void {
    if (target.length < group) {
      for (let i = 0; i < target.length; i++) target[i] = this.#one() * deviation
      return
    }
    for (let i = 0; i < target.length; i++) target[i] = this.#float()
    for (let i = 0; i + group <= target.length; i += group) transform(target.subarray(i, i + group), deviation)
    if (target.length % group === 0) return
    const last = target.subarray(-group)
    for (let i = 0; i < group; i++) last[i] = this.#float()
    transform(last, deviation)
  }

  /** Uniform in [0, 1), 24 bits. */
  #float(): number {
    return (this.#random.u32() & 0xffffff) / 2 ** 24
  }

  /** Uniform in [0, 1), 53 bits. */
  #double(): number {
    const high = this.#random.u32()
    const low = this.#random.u32()
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53
  }

  /** One normal number by Box and Muller; the sine's is kept for the next. */
  #one(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const angle = 2 * Math.PI * this.#double()
    const radius = Math.sqrt(-2 * Math.log1p(-this.#double()))
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/** Box and Muller on 16 uniform numbers: the first eight give radii, the others angles. */
function transform(values: Float32Array, deviation: number): void {
  for (let i = 0; i < group / 2; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i])) * deviation
    const angle = 2 * Math.PI * values[i + group / 2]
    values[i] = radius * Math.cos(angle)
    values[i + group / 2] = radius * Math.sin(angle)
  }
}
