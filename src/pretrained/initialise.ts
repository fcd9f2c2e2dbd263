/** New parameters from a seed: the same numbers on every machine, and for one parameter whatever others the model has. */
import { createCipheriv, createHash } from 'node:crypto'

/** How a parameter begins when it is new. */
export type Beginning = 'normal' | 'zeros' | 'ones'

/** Fills `target` with the first values of a new parameter: N(0, `initializerRange`²), zeros or ones, as transformers does by kind. */
export function initialise({ name, init }: { name: string; init: Beginning }, seed: number, initializerRange: number, target: Float32Array): void {
  if (init === 'normal') fillNormal(`${seed}:${name}`, initializerRange, target)
  else target.fill(init === 'ones' ? 1 : 0)
}

/**
 * Normal numbers by Marsaglia's polar method (1964): for (u, v) uniform in the unit disc and s = u² + v²,
 * u·√(-2 ln s / s) and v·√(-2 ln s / s) are independent and N(0, 1).
 * √ is exact by IEEE 754, and V8 carries its own logarithm (fdlibm's), so no library of the machine has a say.
 */
function fillNormal(stream: string, deviation: number, target: Float32Array): void {
  const uniform = uniforms(stream)
  for (let i = 0; i < target.length;) {
    const u = uniform()
    const v = uniform()
    const s = u * u + v * v
    if (s >= 1) continue
    const scale = deviation * Math.sqrt(-2 * Math.log(s) / s)
    target[i++] = u * scale
    if (i < target.length) target[i++] = v * scale
  }
}

/**
 * Uniform numbers in (-1, 1), never 0: 32-bit words of the AES-128-CTR key stream whose key is the first half of SHA-256(`stream`) and
 * whose counter begins with the other half.
 */
function uniforms(stream: string): () => number {
  const key = createHash('sha256').update(stream).digest()
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16))
  const zeros = Buffer.alloc(1 << 16)
  let words = Buffer.alloc(0)
  let at = 0
  return () => {
    if (at === words.length) {
      words = cipher.update(zeros)
      at = 0
    }
    const word = words.readUInt32LE(at)
    at += 4
    return (word + 0.5) / 2 ** 31 - 1
  }
}
