/** Element types that our graphs use, with their ONNX numbers (TensorProto.DataType, the same in the C API). */
export const onnxType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const
export type DType = keyof typeof onnxType

/** Half precision lies in memory as its bits. */
export type HostArray = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array

const constructors = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array, float16: Uint16Array, bfloat16: Uint16Array } as const

/** What lies in memory of ours: `data` holds exactly the product of `shape` elements. */
export interface HostTensor {
  dtype: DType
  shape: readonly number[]
  data: HostArray
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/**
 * A zeroed array in a buffer of its own. Small typed arrays otherwise live on V8's heap or in Node's Buffer pool, where the
 * garbage collector may move what native code still points to.
 */
export function hostArray<Type extends DType>(dtype: Type, length: number): InstanceType<(typeof constructors)[Type]> {
  const Constructor = constructors[dtype]
  return new Constructor(new ArrayBuffer(length * Constructor.BYTES_PER_ELEMENT)) as InstanceType<(typeof constructors)[Type]>
}
