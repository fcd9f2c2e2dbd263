/** How long the matrix products of a training step take where each runs alone: the step can hardly be faster than that. */
import { operations, shapeIn, sizesIn } from '../src/graph/cost.ts'
import { compile } from '../src/graph/onnx.ts'
import { gemm, input, matMul } from '../src/graph/operators.ts'
import { simplify } from '../src/graph/simplify.ts'
import { inOrder, type Node } from '../src/graph/tensor.ts'
import { transposeFirst } from '../src/graph/transposeFirst.ts'
import { UsedRows } from '../src/models/layouts/batch.ts'
import { packedBatch } from '../src/models/layouts/packedBatch.ts'
import { trainingGraph, type TrainingGraph } from '../src/models/trainingGraph.ts'
import type { Device } from '../src/runtime/device.ts'
import { hostArray, size } from '../src/runtime/tensor.ts'
import { labels, type Model } from './engine.ts'

type Sizes = Readonly<Record<string, number>>

/** Milliseconds that each product is measured for. */
const patience = 400

export class ProductTimes {
  readonly #device: Device
  readonly #graph: TrainingGraph
  /** Products of like shape and kind. */
  readonly #kinds: readonly (readonly Node[])[]
  readonly #positionsAfter: number | undefined

  constructor({ architecture, config }: Model, device: Device) {
    this.#device = device
    this.#graph = trainingGraph(architecture, config, labels, 'packed')
    this.#positionsAfter = architecture.positionsAfter?.(config)
    const kinds = new Map<string, Node[]>()
    for (const node of inOrder(Object.values(transposeFirst(simplify({ ...this.#graph.outputs })))).filter(isNeeded)) {
      kinds.set(kindOf(node), [...kinds.get(kindOf(node)) ?? [], node])
    }
    this.#kinds = [...kinds.values()]
  }

  /**
   * Seconds for each batch: the operations that its real tokens need, at the rate of each product at the first batch's sizes. Padding
   * that attention has within its groups is not counted.
   */
  async ofBatches(batches: readonly Int32Array[][]): Promise<number[]> {
    const given = batches.map((texts) => this.#sizes(texts))
    const seconds = given.map(() => 0)
    for (const kind of this.#kinds) {
      const rate = await this.#rate(kind[0], given[0].sizes)
      const inAttention = kind[0].op === 'MatMul'
      for (const [i, { sizes, realPairs }] of given.entries()) {
        const done = kind.reduce((sum, node) => sum + operations(node, { ...sizes }), 0)
        seconds[i] += done * (inAttention ? realPairs : 1) / rate
      }
    }
    return seconds
  }

  /** The named sizes of a batch, without its filler; and the share of attention's pairs that are of real tokens. */
  #sizes(texts: readonly Int32Array[]): { sizes: Sizes, realPairs: number } {
    const { feeds, groups } = packedBatch(texts, new UsedRows(texts, this.#positionsAfter), this.#graph.attentionGroups)
    const pairs = groups.reduce((sum, group) => sum + group.texts.length * group.sequence ** 2, 0)
    const tokens = texts.reduce((sum, { length }) => sum + length, 0)
    const real = texts.reduce((sum, { length }) => sum + length ** 2, 0)
    return { sizes: { ...sizesIn(this.#graph.model.inputs, feeds), tokens }, realPairs: real / pairs }
  }

  /** Operations per second of one product, over and over: its fastest run counts. */
  async #rate(node: Node, sizes: Sizes): Promise<number> {
    const [a, b] = node.inputs.map(({ shape }) => shapeIn(shape, { ...sizes }))
    const { transA, transB } = node.attributes as { transA?: boolean, transB?: boolean }
    const [left, right] = [input('a', 'float32', a), input('b', 'float32', b)]
    const made = node.op === 'MatMul' ? matMul(left, right) : gemm(left, right, { transA, transB })
    const session = this.#device.load(compile({ y: made }).bytes)
    const filled = (shape: number[]) => this.#device.tensor({ dtype: 'float32', shape, data: hostArray('float32', size(shape)).fill(0.5) })
    const tensors = [a, b, made.shape as number[]].map(filled)
    const binding = session.bind().input('a', tensors[0]).input('b', tensors[1]).output('y', tensors[2])
    let fastest = Infinity
    for (const end = performance.now() + patience; performance.now() < end;) {
      const start = performance.now()
      await binding.run()
      fastest = Math.min(fastest, (performance.now() - start) / 1000)
    }
    binding.dispose()
    session.dispose()
    for (const tensor of tensors) tensor.dispose()
    return operations(node, { ...sizes }) / fastest
  }
}

/** A product by a matrix of 0 and 1 that adds up rows of an embedding's gradient is our way, and no work that the model asks for. */
function isNeeded({ op, inputs }: Node): boolean {
  return (op === 'Gemm' || op === 'MatMul') && !inputs.some(({ shape }) => shape.some((dim) => String(dim).endsWith('.rows')))
}

function kindOf({ op, inputs, attributes }: Node): string {
  return JSON.stringify([op, attributes, ...inputs.slice(0, 2).map(({ shape }) => shape)])
}
