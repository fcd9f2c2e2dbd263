/** Gradients held against differences of values. */
import { input, mul, reduceSum } from '../../src/graph/operators.ts'
import { gradients } from '../../src/graph/reverse.ts'
import type { Shape, Tensor } from '../../src/graph/tensor.ts'
import { size, type HostTensor } from '../../src/runtime/tensor.ts'
import { randomTensor, tensorOf } from './tensors.ts'
import { numbered, openGraph, runGraph, type Values } from './run.ts'

/** Where a function is looked at: a value for each of its tensors. `dims` name sizes that only a run decides. */
export type Point = HostTensor & { data: Float32Array; dims?: Shape }

export interface Options {
  /** Weight of each value of the result in the loss; random by default. */
  weights?: readonly number[]
  /** Other inputs of the graph. */
  values?: Values
  /** Named sizes that neither points nor values have. */
  sizes?: Readonly<Record<string, number>>
}

type Of = (...x: Tensor[]) => Tensor

/** A step away from each value: exact in binary, so that values ± steps are exact in float32 too. */
const step = 2 ** -5

/** Share of a tensor's largest gradient: ten times what float32 makes of the differences (tests see 2e-5), and a tenth of an error of 0.2 %. */
export const tolerance = 2e-4

/** The function's tensors and result, and what feeds them: the loss is a weighted sum of the result's values. */
function build(of: Of, points: readonly Point[], options: Options) {
  const x = points.map(({ shape, dims }, i) => input(`x${i}`, 'float32', dims ?? shape))
  const y = of(...x)
  const sizes = { ...options.sizes, ...Object.fromEntries(points.flatMap(({ shape, dims = [] }) => dims.map((dim, axis) => [dim, shape[axis]]))) }
  const shape = numbered(y.shape, new Map(Object.entries(sizes)))
  const weights = options.weights ? tensorOf('float32', options.weights, shape) : randomTensor(shape, 77)
  const values = { ...options.values, ...Object.fromEntries(points.map((point, i) => [`x${i}`, point])), weights }
  return { x, y, sizes, weights: weights.data, values }
}

/** Gradients by the rules, of the tensors of `wanted` (all by default). */
export async function gradientsByRules(of: Of, points: readonly Point[], options: Options = {}, wanted = [...points.keys()]): Promise<Float32Array[]> {
  const { x, y, sizes, values } = build(of, points, options)
  const loss = reduceSum(mul(y, input('weights', 'float32', y.shape)), y.shape.map((_, axis) => axis))
  const found = gradients(loss, wanted.map((i) => x[i]))
  const results = await runGraph(Object.fromEntries(found.map((gradient, i) => [`d${i}`, gradient])), values, sizes)
  return wanted.map((_, i) => results[`d${i}`] as Float32Array)
}

/** Gradients by differences of fourth order, (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h))/12h, the loss summed in double. */
async function gradientsByDifferences(of: Of, points: readonly Point[], options: Options): Promise<number[][]> {
  const { y, sizes, weights, values } = build(of, points, options)
  const forward = openGraph({ y }, values, sizes)
  const lossAt = async (data: Float32Array, i: number, value: number) => {
    data[i] = value
    await forward.run()
    return weights.reduce((sum, weight, k) => sum + weight * Number(forward.results.y[k]), 0)
  }
  const found: number[][] = []
  for (const { data } of points) {
    const gradient: number[] = []
    for (const [i, x] of data.entries()) {
      const [a, b, c, d] = [await lossAt(data, i, x - 2 * step), await lossAt(data, i, x - step), await lossAt(data, i, x + step), await lossAt(data, i, x + 2 * step)]
      data[i] = x
      gradient.push((a - 8 * b + 8 * c - d) / (12 * step))
    }
    found.push(gradient)
  }
  forward.close()
  return found
}

/** For each tensor the largest difference between its gradient by the rules and by differences, as a share of its largest value. */
export async function gradientErrors(of: Of, points: readonly Point[], options: Options = {}): Promise<number[]> {
  const byRules = await gradientsByRules(of, points, options)
  const byDifferences = await gradientsByDifferences(of, points, options)
  return byDifferences.map((expected, i) => {
    if (byRules[i].length !== size(points[i].shape)) throw new Error(`the gradient of x${i} has ${byRules[i].length} values`)
    return Math.max(...expected.map((value, k) => Math.abs(value - byRules[i][k]))) / Math.max(...expected.map(Math.abs))
  })
}

/** A value of this shape for a function to be looked at. */
export function point(shape: readonly number[], { from = -1.5, to = 1.5, seed = size(shape) + shape.length, dims }: { from?: number; to?: number; seed?: number; dims?: Shape } = {}): Point {
  return { ...randomTensor(shape, seed, from, to), dims }
}
