/** Element types of the safetensors format, and their conversion to the float32 that is trained. Files and all machines that we run on are little-endian. */

/** Bits per element, in the order of the safetensors library's own list (rising alignment), which also decides where its writer puts a tensor. */
export const bitsOf = {
  BOOL: 8, F4: 4, F6_E2M3: 6, F6_E3M2: 6, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8,
  I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, C64: 64, F64: 64, I64: 64, U64: 64,
} as const

export type Dtype = keyof typeof bitsOf

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(bitsOf, value)
}

const converters = { F32: fromF32, F16: fromF16, BF16: fromBF16, F64: fromF64, I64: fromI64 } as const

/** The types that `toFloat32` reads. */
export type ReadableDtype = keyof typeof converters

export function isReadable(dtype: Dtype): dtype is ReadableDtype {
  return Object.hasOwn(converters, dtype)
}

/** Types of weights that can be trained: a weight stored in integers is quantised or mislabelled. */
export function isTrainable(dtype: Dtype): boolean {
  return isReadable(dtype) && dtype !== 'I64'
}

/**
 * Converts `bytes` (little-endian elements of `dtype`, aligned to their size) into `target`, which has one place per element.
 * F64 and I64 are rounded to nearest; a value beyond float32's range becomes infinite.
 */
export function toFloat32(dtype: ReadableDtype, bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  converters[dtype](bytes, target)
}

function fromF32(bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  target.set(new Float32Array(bytes.buffer, bytes.byteOffset, target.length))
}

function fromF64(bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  target.set(new Float64Array(bytes.buffer, bytes.byteOffset, target.length))
}

function fromI64(bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  const source = new BigInt64Array(bytes.buffer, bytes.byteOffset, target.length)
  for (let i = 0; i < target.length; i++) target[i] = Number(source[i])
}

/** bfloat16 is the upper half of a float32. */
function fromBF16(bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  const source = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length)
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  for (let i = 0; i < bits.length; i++) bits[i] = source[i] << 16
}

function fromF16(bytes: Uint8Array<ArrayBuffer>, target: Float32Array): void {
  const source = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length)
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  halves ??= halfTable()
  for (let i = 0; i < bits.length; i++) bits[i] = halves[source[i]]
}

/** The float32 bits of every half: 256 KiB, made when the first half-precision file is read. */
let halves: Uint32Array | undefined

function halfTable(): Uint32Array {
  const table = new Uint32Array(1 << 16)
  const value = new Float32Array(1)
  const bits = new Uint32Array(value.buffer)
  for (let half = 0; half < table.length; half++) {
    const exponent = (half >> 10) & 31
    const mantissa = half & 1023
    if (exponent === 31) { // infinity and NaN
      bits[0] = 0x7f800000 | (mantissa << 13)
    } else { // 2^(e-15) (1 + m/1024); below the normal range 2^-14 m/1024
      value[0] = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25)
    }
    table[half] = bits[0] | ((half & 0x8000) << 16)
  }
  return table
}
