/** The state dict in a pickle of torch.save: which tensor is which part of which storage. All of it is checked, as it is untrusted. */
import { bitsOf, type Dtype } from './dtypes.ts'
import { PickleError, PickleGlobal, readPickle } from './pickle.ts'
import type { TensorEntry } from './safetensors.ts'

const dtypeOf = {
  FloatStorage: 'F32', HalfStorage: 'F16', BFloat16Storage: 'BF16', DoubleStorage: 'F64', LongStorage: 'I64', IntStorage: 'I32',
  ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
} as const satisfies Record<string, Dtype>

/** A run of elements that tensors lie in, under the name that the file has it by. */
export class Storage {
  readonly key: string
  readonly dtype: Dtype
  readonly elements: number

  constructor(key: string, dtype: Dtype, elements: number) {
    this.key = key
    this.dtype = dtype
    this.elements = elements
  }

  get bytes(): number { return this.elements * bitsOf[this.dtype] / 8 }
}

/** A tensor as torch describes it; nothing of that is checked yet. */
class Tensor {
  readonly args: readonly unknown[]

  constructor(args: readonly unknown[]) {
    this.args = args
  }
}

export interface StateDict {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** By their key. */
  readonly storages: ReadonlyMap<string, Storage>
  /** Where its pickle ends. */
  readonly end: number
}

/** @throws PickleError for whatever is no state dict */
export function readStateDict(bytes: Buffer, start = 0): StateDict {
  const storages = new Map<string, Storage>()
  const { value, end } = readPickle(bytes, { globals, persistent: (id) => storageOf(id, storages) }, start)
  if (!(value instanceof Map) || value.size === 0) throw new PickleError('it holds no state dict')
  for (const [name, tensor] of value as Map<unknown, unknown>) {
    if (typeof name !== 'string') throw new PickleError('it has a tensor without a name')
    if (!(tensor instanceof Tensor)) throw new PickleError(`${name} is no tensor`)
  }
  return { tensors: value as Map<string, Tensor>, storages, end }
}

/** All that the pickle of a state dict may name. */
const globals: ReadonlyMap<string, PickleGlobal> = new Map([
  new PickleGlobal('collections.OrderedDict', emptyDictionary),
  new PickleGlobal('torch._utils._rebuild_tensor_v2', (args) => new Tensor(args)),
  new PickleGlobal('torch._utils._rebuild_parameter', ([tensor]) => tensor),
  ...Object.keys(dtypeOf).map((name) => new PickleGlobal(`torch.${name}`, () => { throw new PickleError(`it calls ${name}`) })),
].map((global) => [global.name, global]))

function emptyDictionary(args: readonly unknown[]): Map<unknown, unknown> {
  if (args.length > 0) throw new PickleError('it has a dictionary of an older Python')
  return new Map()
}

/** `('storage', class, key, device, number of elements)`, and in the older format a part of another storage, which is not written any more. */
function storageOf(id: unknown, storages: Map<string, Storage>): Storage {
  const [kind, type, key, , elements, view = null] = Array.isArray(id) ? id as unknown[] : []
  const name = type instanceof PickleGlobal ? type.name.replace('torch.', '') : ''
  if (kind !== 'storage' || !isStorageClass(name) || typeof key !== 'string' || !isCount(elements) || view !== null) {
    throw new PickleError('it describes a storage as torch does not')
  }
  const storage = new Storage(key, dtypeOf[name], elements)
  const known = storages.get(key) ?? storage
  if (known.dtype !== storage.dtype || known.elements !== elements) throw new PickleError(`it describes the storage ${key} in two ways`)
  storages.set(key, known)
  return known
}

/** Where the tensors lie in a file whose storages begin at these bytes. @throws PickleError for a tensor that does not lie in its storage in one piece */
export function tensorEntries({ tensors }: StateDict, begins: ReadonlyMap<string, number>): Map<string, TensorEntry> {
  return new Map([...tensors].map(([name, { args: [storage, offset, shape, strides] }]) => {
    if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) {
      throw new PickleError(`it describes the tensor ${name} as torch does not`)
    }
    const size = shape.reduce((product, length) => product * length, 1)
    // This way round a product that has become NaN is refused too.
    if (!(offset + size <= storage.elements)) throw new PickleError(`the tensor ${name} reaches beyond its storage`)
    if (size > 0 && !isRowMajor(shape, strides)) throw new PickleError(`the tensor ${name} does not lie in one piece, row by row`)
    const elementBytes = bitsOf[storage.dtype] / 8
    const begin = begins.get(storage.key)! + offset * elementBytes
    return [name, { name, dtype: storage.dtype, shape, size, begin, end: begin + size * elementBytes }]
  }))
}

/** As torch's is_contiguous: the stride of an axis of length 1 does not matter. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]
  }
  return true
}

function isStorageClass(name: string): name is keyof typeof dtypeOf {
  return Object.hasOwn(dtypeOf, name)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount)
}
