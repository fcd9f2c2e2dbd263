/** Turns tensors into an ONNX model: operators one to one, sizes that only a run knows read from the graph's inputs. */
import { onnxType, type DType, type HostArray } from '../runtime/tensor.ts'
import { attributeType, encodeModel, external, type AttributeProto, type NodeProto, type TensorProto, type ValueInfoProto } from './onnxSchema.ts'
import { simplify } from './simplify.ts'
import { transposeFirst } from './transposeFirst.ts'
import { inOrder, madeBy, type Node, type Dim, type Operators, type Shape, type Tensor } from './tensor.ts'

const irVersion = 8
const opset = 17
/** An end that no axis reaches. */
const wholeAxis = 2 ** 31 - 1

/** What a model wants and gives; sizes may be names. */
export interface Port {
  name: string
  dtype: DType
  shape: Shape
}

export interface CompiledModel {
  bytes: Uint8Array
  /** Batch inputs, in no promised order. */
  inputs: Port[]
  /** Parameters that the model reads, as inputs under their Hugging Face names. */
  parameters: Port[]
  outputs: Port[]
}

/**
 * Where a model has its parameters from: `inputs`, so that they can live where a device keeps them and change from run to run; `file`,
 * where their values follow behind it (`initializerBytes`); `session`, which is given them as it loads and lays them out for itself.
 */
export type ParametersFrom = 'inputs' | 'file' | 'session'

/** Compiles the graph that computes `outputs` (name → tensor). @param onCpu whether its products are to be as the CPU has them fastest */
export function compile(outputs: Record<string, Tensor>, parametersFrom: ParametersFrom = 'inputs', onCpu = true): CompiledModel {
  const encoder = new Encoder()
  const simple = onCpu ? transposeFirst(simplify(outputs)) : simplify(outputs)
  const order = inOrder(Object.values(simple))
  for (const node of order) encoder.declare(node)
  for (const node of order) encoder.add(node)
  for (const [name, tensor] of Object.entries(simple)) encoder.output(name, tensor)
  return encoder.finish(parametersFrom)
}

class Encoder {
  readonly #names = new Map<Tensor, string>()
  readonly #nodes: NodeProto[] = []
  readonly #initializers: TensorProto[] = []
  readonly #inputs: Port[] = []
  readonly #parameters: Port[] = []
  readonly #outputs: Port[] = []
  /** For each named size a tensor and axis that tell it: an input of the graph where there is one, or what was computed first. */
  readonly #sizes = new Map<string, { tensor: string; axis: number }>()
  readonly #shapes = new Map<string, string>()

  declare(node: Node): void {
    const [tensor] = node.outputs
    if (madeBy(tensor, 'Input')) this.#learnSizes(tensor.node.attributes.name, tensor.shape)
  }

  add(node: Node): void {
    const [tensor] = node.outputs
    if (madeBy(tensor, 'Input')) {
      const { name } = tensor.node.attributes
      this.#names.set(tensor, name)
      this.#inputs.push({ name, dtype: tensor.dtype, shape: tensor.shape })
    } else if (madeBy(tensor, 'Parameter')) {
      const { name } = tensor.node.attributes
      this.#names.set(tensor, name)
      this.#parameters.push({ name, dtype: tensor.dtype, shape: tensor.shape })
    } else if (madeBy(tensor, 'Constant')) {
      this.#names.set(tensor, this.#initializer(tensor.node.attributes.data, tensor.dtype, tensor.shape as number[]))
    } else {
      const output = node.outputs.map((result) => {
        const name = `t${this.#names.size}`
        this.#names.set(result, name)
        return name
      })
      this.#nodes.push({ opType: node.op, input: [...node.inputs.map((input) => this.#name(input)), ...this.#extraInputs(node)], output, attribute: attributes(node) })
      output.forEach((name, i) => this.#learnSizes(name, node.outputs[i].shape))
    }
  }

  output(name: string, tensor: Tensor): void {
    this.#nodes.push({ opType: 'Identity', input: [this.#name(tensor)], output: [name] })
    this.#outputs.push({ name, dtype: tensor.dtype, shape: tensor.shape })
  }

  finish(parametersFrom: ParametersFrom): CompiledModel {
    const graph = {
      name: 'finetune',
      node: this.#nodes,
      initializer: [...this.#initializers, ...parametersFrom === 'session' ? this.#parameters.map(valuesElsewhere) : []],
      input: [...this.#inputs, ...parametersFrom === 'inputs' ? this.#parameters : []].map(valueInfo),
      output: this.#outputs.map(valueInfo),
    }
    const bytes = encodeModel({ irVersion, producerName: 'finetune', opsetImport: [{ domain: '', version: opset }], graph })
    return { bytes, inputs: this.#inputs, parameters: this.#parameters, outputs: this.#outputs }
  }

  #name(tensor: Tensor): string {
    const name = this.#names.get(tensor)
    if (name === undefined) throw new Error(`${tensor.node.op} is read before it is computed`)
    return name
  }

  #initializer(data: HostArray, dtype: DType, dims: number[]): string {
    const name = `c${this.#initializers.length}`
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this.#initializers.push({ name, dataType: onnxType[dtype], dims, rawData })
    return name
  }

  /** Inputs that ONNX wants as tensors where our nodes have attributes. */
  #extraInputs(node: Node): string[] {
    if (node.op === 'Range') return this.#range((node.attributes as Operators['Range']).dim)
    if (node.op === 'CumSum') return [this.#initializer(Int32Array.of((node.attributes as Operators['CumSum']).along), 'int32', [])]
    if (node.op === 'ReduceSum') return [this.#int64((node.attributes as Operators['ReduceSum']).axes)]
    if (node.op === 'Slice') return this.#slice(node.attributes as Operators['Slice'])
    if (node.op === 'Reshape') return [this.#shape((node.attributes as Operators['Reshape']).shape, true)]
    if (node.op === 'Expand') return [this.#shape((node.attributes as Operators['Expand']).shape, false)]
    return []
  }

  /** From 0, up to the size, by 1. */
  #range(dim: string): string[] {
    const limit = this.#node('Cast', [this.#size(dim, [])], [{ name: 'to', i: onnxType.int32, type: attributeType.int }])
    return [this.#initializer(Int32Array.of(0), 'int32', []), limit, this.#initializer(Int32Array.of(1), 'int32', [])]
  }

  /** Starts, ends and axes, one of each. */
  #slice({ along, start, end = wholeAxis }: Operators['Slice']): string[] {
    const size = (dim: Dim) => (typeof dim === 'number' ? this.#int64([dim]) : this.#size(dim, [1]))
    return [size(start), size(end), this.#int64([along])]
  }

  #int64(values: readonly number[]): string {
    return this.#initializer(BigInt64Array.from(values, BigInt), 'int64', [values.length])
  }

  /** A shape as an int64 tensor. Reshape finds one unknown size by itself; any other named size is read from an input. */
  #shape(shape: Shape, inferOne: boolean): string {
    const key = `${shape}${inferOne}`
    const made = this.#shapes.get(key)
    if (made !== undefined) return made
    const unknown = shape.filter((dim) => typeof dim === 'string')
    const inferred = inferOne && unknown.length > 0 ? unknown.find((dim) => !this.#sizes.has(dim)) ?? unknown[0] : undefined
    const infer = inferred === undefined ? -1 : shape.indexOf(inferred)
    const name = shape.every((dim, axis) => typeof dim === 'number' || axis === infer)
      ? this.#int64(shape.map((dim, axis) => (axis === infer ? -1 : Number(dim))))
      : this.#node('Concat', shape.map((dim, axis) => (axis === infer ? this.#int64([-1]) : typeof dim === 'number' ? this.#int64([dim]) : this.#size(dim, [1]))), [{ name: 'axis', i: 0, type: attributeType.int }])
    this.#shapes.set(key, name)
    return name
  }

  #learnSizes(tensor: string, shape: Shape): void {
    shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !this.#sizes.has(dim)) this.#sizes.set(dim, { tensor, axis })
    })
  }

  /** A named size as an int64 tensor of the given shape, [] or [1]. */
  #size(dim: string, shapeOfIt: [] | [1]): string {
    const source = this.#sizes.get(dim)
    if (!source) throw new Error(`no tensor tells the size “${dim}”`)
    const shape = this.#node('Shape', [source.tensor], [])
    return this.#node('Gather', [shape, this.#initializer(new BigInt64Array([BigInt(source.axis)]), 'int64', shapeOfIt)], [])
  }

  #node(opType: string, input: string[], attribute: AttributeProto[]): string {
    const name = `s${this.#nodes.length}`
    this.#nodes.push({ opType, input, output: [name], attribute })
    return name
  }
}

/**
 * A parameter's values, to be written behind a model that was compiled for a `file`: protobuf merges what follows into
 * the message before it, so a file of any size is written tensor by tensor.
 */
export function initializerBytes(name: string, shape: readonly number[], data: Float32Array): Uint8Array {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return encodeModel({ graph: { initializer: [{ name, dataType: onnxType.float32, dims: [...shape], rawData }] } })
}

/** A parameter whose values the session has under its name: it wants a place named, and does not look there. */
function valuesElsewhere({ name, dtype, shape }: Port): TensorProto {
  return { name, dataType: onnxType[dtype], dims: shape as number[], dataLocation: external, externalData: [{ key: 'location', value: 'session' }] }
}

function attributes(node: Node): AttributeProto[] {
  if (node.op === 'Reshape' || node.op === 'Expand' || node.op === 'Slice' || node.op === 'Range') return []
  return Object.entries(node.attributes as Record<string, unknown>).flatMap(([name, value]) => {
    if (name === 'axes' || name === 'along') return []
    if (name === 'to') return { name, i: onnxType[value as DType], type: attributeType.int }
    if (typeof value === 'boolean') return { name, i: Number(value), type: attributeType.int }
    if (Array.isArray(value)) return { name, ints: value as number[], type: attributeType.ints }
    const isFloat = name === 'alpha' || name === 'beta' || name === 'epsilon'
    return isFloat ? { name, f: value as number, type: attributeType.float } : { name, i: value as number, type: attributeType.int }
  })
}

function valueInfo({ name, dtype, shape }: Port): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType: onnxType[dtype], shape: { dim } } } }
}
