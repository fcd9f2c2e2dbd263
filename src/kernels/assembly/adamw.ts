// torch.optim.AdamW (torch/optim/adamw.py, single tensor), float32:
//   p ← p (1 − lr λ);  m ← m + (g − m)(1 − β1);  v ← β2 v + (1 − β2) g g;  p ← p − lr/(1 − β1ᵗ) · m / (√v/√(1 − β2ᵗ) + ε)

/** Numbers of one update, the same for every value. */
let scale: f32 // of the gradient, from clipping
let rate1: f32 // 1 − β1
let beta2: f32
let rate2: f32 // 1 − β2
let size: f32 // lr/(1 − β1ᵗ)
let root2: f32 // √(1 − β2ᵗ)
let epsilon: f32

export function beginStep(newScale: f32, newRate1: f32, newBeta2: f32, newRate2: f32, newSize: f32, newRoot2: f32, newEpsilon: f32): void {
  scale = newScale
  rate1 = newRate1
  beta2 = newBeta2
  rate2 = newRate2
  size = newSize
  root2 = newRoot2
  epsilon = newEpsilon
}

/** End of the whole vectors of four; what is left is done one by one. */
// @ts-ignore: decorator
@inline
function wholeVectors(x: usize, n: i32): usize {
  return x + (<usize>(n & ~3) << 2)
}

/** One update of n values. `decay`: 1 − lr λ. */
export function adamw(p: usize, g: usize, m: usize, v: usize, n: i32, decay: f32): void {
  const scale4 = f32x4.splat(scale)
  const rate14 = f32x4.splat(rate1)
  const beta24 = f32x4.splat(beta2)
  const rate24 = f32x4.splat(rate2)
  const size4 = f32x4.splat(size)
  const root24 = f32x4.splat(root2)
  const epsilon4 = f32x4.splat(epsilon)
  const decay4 = f32x4.splat(decay)
  const end = p + (<usize>n << 2)
  for (const whole = wholeVectors(p, n); p < whole; p += 16, g += 16, m += 16, v += 16) {
    const gradient = f32x4.mul(v128.load(g), scale4)
    const m0 = v128.load(m)
    const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(gradient, m0), rate14))
    const v1 = f32x4.add(f32x4.mul(v128.load(v), beta24), f32x4.mul(f32x4.mul(gradient, gradient), rate24))
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(v1), root24), epsilon4)
    v128.store(m, m1)
    v128.store(v, v1)
    v128.store(p, f32x4.sub(f32x4.mul(v128.load(p), decay4), f32x4.div(f32x4.mul(size4, m1), denominator)))
  }
  for (; p < end; p += 4, g += 4, m += 4, v += 4) {
    const gradient = load<f32>(g) * scale
    const m0 = load<f32>(m)
    const m1 = m0 + (gradient - m0) * rate1
    const v1 = load<f32>(v) * beta2 + gradient * gradient * rate2
    store<f32>(m, m1)
    store<f32>(v, v1)
    store<f32>(p, load<f32>(p) * decay - size * m1 / (sqrt<f32>(v1) / root2 + epsilon))
  }
}

/**
 * One update of rows of a table, `width` values each. `rows` [count]: which; `slots` [count]: where in `g` the
 * gradient of each lies, or -1: then it is `zeros`, [width] of 0.
 */
export function adamwRows(p: usize, g: usize, m: usize, v: usize, width: i32, rows: usize, slots: usize, count: i32, zeros: usize, decay: f32): void {
  const bytes = <usize>width << 2
  for (let i = 0; i < count; i++) {
    const row = <usize>load<i32>(rows + (<usize>i << 2)) * bytes
    const slot = load<i32>(slots + (<usize>i << 2))
    adamw(p + row, slot < 0 ? zeros : g + <usize>slot * bytes, m + row, v + row, width, decay)
  }
}

/** n values times each of `factors` [count] in turn, rounding to float32 each time. */
export function multiply(p: usize, n: i32, factors: usize, count: i32): void {
  const end = p + (<usize>n << 2)
  for (const whole = wholeVectors(p, n); p < whole; p += 16) {
    let values = v128.load(p)
    for (let i = 0; i < count; i++) values = f32x4.mul(values, v128.load32_splat(factors + (<usize>i << 2)))
    v128.store(p, values)
  }
  for (; p < end; p += 4) {
    let value = load<f32>(p)
    for (let i = 0; i < count; i++) value *= load<f32>(factors + (<usize>i << 2))
    store<f32>(p, value)
  }
}

/** sum ← sum + part, n values. */
export function accumulate(sum: usize, part: usize, n: i32): void {
  const end = sum + (<usize>n << 2)
  for (const whole = wholeVectors(sum, n); sum < whole; sum += 16, part += 16) v128.store(sum, f32x4.add(v128.load(sum), v128.load(part)))
  for (; sum < end; sum += 4, part += 4) store<f32>(sum, load<f32>(sum) + load<f32>(part))
}

/** Σ x² of n values: squares and their sums in double, in a fixed order. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  const end = x + (<usize>n << 2)
  for (const whole = wholeVectors(x, n); x < whole; x += 16) {
    const values = v128.load(x)
    const a = f64x2.promote_low_f32x4(values)
    const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(values, values, 1, 0))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  const sums = f64x2.add(low, high)
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; x < end; x += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(x)
  return sum
}
