// Masks by counting: what happens to a value depends on its place alone (seed, step, text, token, site, head, feature or key),
// never on how a batch is packed, split or resumed.

/** An integer hash with good avalanche: 'lowbias32', Chris Wellons, hash-prospector (public domain). */
// @ts-ignore: decorator
@inline
function mix(x: u32): u32 {
  x ^= x >> 16
  x *= 0x21f0aaad
  x ^= x >> 15
  x *= 0xd35a2d97
  return x ^ (x >> 15)
}

// @ts-ignore: decorator
@inline
function mix4(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16))
  x = i32x4.mul(x, i32x4.splat(0x21f0aaad))
  x = v128.xor(x, i32x4.shr_u(x, 15))
  x = i32x4.mul(x, i32x4.splat(<i32>0xd35a2d97))
  return v128.xor(x, i32x4.shr_u(x, 15))
}

/** Key of a token: `step` mixes seed and step; `text` is its row in the effective batch, `place` its position in the text. */
export function tokenKey(step: u32, text: u32, place: u32): u32 {
  return mix(mix(step ^ text * 0x9e3779b9) + place)
}

/** Thirty-two bits for each of four places of a row. */
// @ts-ignore: decorator
@inline
function bitsOf(keys: v128, counter: v128): v128 {
  return mix4(v128.xor(keys, i32x4.mul(counter, i32x4.splat(<i32>0x9e3779b1))))
}

/** n mask values: `kept` where a 16-bit number of the hash reaches `threshold`, else 0. One hash serves values i and i + 4 of eight. */
// @ts-ignore: decorator
@inline
function fill(mask: usize, n: i32, key: u32, threshold: i32, kept: f32): void {
  const keys = i32x4.splat(key)
  const kept4 = f32x4.splat(kept)
  const threshold4 = i32x4.splat(threshold)
  const halves = i32x4.splat(0xffff)
  let counter = i32x4(0, 1, 2, 3)
  for (let i = 0; i < n; i += 8, mask += 32) {
    const bits = bitsOf(keys, counter)
    counter = i32x4.add(counter, i32x4.splat(4))
    const low = v128.and(kept4, i32x4.ge_u(v128.and(bits, halves), threshold4))
    const high = v128.and(kept4, i32x4.ge_u(i32x4.shr_u(bits, 16), threshold4))
    if (i + 8 <= n) {
      v128.store(mask, low)
      v128.store(mask, high, 16)
    } else {
      storePart(mask, low, n - i)
      storePart(mask + 16, high, n - i - 4)
    }
  }
}

function storePart(mask: usize, values: v128, n: i32): void {
  if (n >= 4) v128.store(mask, values)
  else {
    if (n > 0) store<f32>(mask, f32x4.extract_lane(values, 0))
    if (n > 1) store<f32>(mask, f32x4.extract_lane(values, 1), 4)
    if (n > 2) store<f32>(mask, f32x4.extract_lane(values, 2), 8)
  }
}

/** The same as bytes: 1 where a value is kept. */
// @ts-ignore: decorator
@inline
function fillBytes(mask: usize, n: i32, key: u32, threshold: i32): void {
  const keys = i32x4.splat(key)
  const threshold4 = i32x4.splat(threshold)
  const halves = i32x4.splat(0xffff)
  let counter = i32x4(0, 1, 2, 3)
  for (let i = 0; i < n; i += 8, mask += 8) {
    const bits = bitsOf(keys, counter)
    counter = i32x4.add(counter, i32x4.splat(4))
    const low = i32x4.ge_u(v128.and(bits, halves), threshold4)
    const high = i32x4.ge_u(i32x4.shr_u(bits, 16), threshold4)
    const words = i16x8.narrow_i32x4_s(low, high)
    let bytes = i64x2.extract_lane(i8x16.narrow_i16x8_s(words, words), 0) & 0x0101010101010101
    if (i + 8 <= n) store<i64>(mask, bytes)
    else {
      for (let at = i; at < n; at++, bytes >>= 8) store<u8>(mask + <usize>(at - i), <u8>bytes)
    }
  }
}

/** One row of n mask values, as bytes where `kept` is 0. Returns where the next begins. */
// @ts-ignore: decorator
@inline
function row(mask: usize, n: i32, key: u32, threshold: i32, kept: f32): usize {
  if (kept === 0) {
    fillBytes(mask, n, key, threshold)
    return mask + <usize>n
  }
  fill(mask, n, key, threshold, kept)
  return mask + (<usize>n << 2)
}

/** mask [tokens, width] for features; `keys` [tokens] of tokens, `site` mixes in the place in the model. */
export function maskFeatures(mask: usize, keys: usize, tokens: i32, width: i32, site: u32, threshold: i32, kept: f32): void {
  for (let t = 0; t < tokens; t++) mask = row(mask, width, mix(load<u32>(keys + (<usize>t << 2)) ^ site), threshold, kept)
}

/** mask [batch, heads, queries, keysSeen] for attention probabilities; `keys` [batch, queries] of the query tokens. */
export function maskProbabilities(mask: usize, keys: usize, batch: i32, heads: i32, queries: i32, keysSeen: i32, site: u32, threshold: i32, kept: f32): void {
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let q = 0; q < queries; q++) {
        const key = load<u32>(keys + (<usize>(b * queries + q) << 2))
        mask = row(mask, keysSeen, mix(mix(key ^ site) + h), threshold, kept)
      }
    }
  }
}
