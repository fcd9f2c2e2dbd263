/**
 * How the tolerances in the meta.json of small models follow from the noise measured there, which is the largest difference between
 * torch in float32 and in float64. Large models come with that noise alone: theirs follow by the same rule.
 */
const timesNoise = 20

export const lossTolerance = 1e-5
export const gradNormTolerance = 1e-4

export function logitsTolerance(noise: number): number {
  return timesNoise * noise
}

/** @param maxAbs largest absolute value of the gradient */
export function gradientTolerance({ noise, maxAbs }: { noise: number; maxAbs: number }): number {
  return Math.max(timesNoise * noise, 1e-5 * maxAbs)
}

/**
 * Where the update is all noise, as with the bias of keys, whose true gradient is 0, Adam may go as far as the learning rates add up to.
 * @param update largest absolute change over all steps
 */
export function parameterTolerance({ noise, update, rates }: { noise: number; update: number; rates: number }): number {
  return noise > update / 2 ? rates : Math.max(timesNoise * noise, 1e-7)
}
