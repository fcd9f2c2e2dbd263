import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { activations } from '../../src/graph/functions/activations.ts'
import { compile } from '../../src/graph/onnx.ts'
import { decodeModel, type GraphProto, type ModelProto } from '../../src/graph/onnxSchema.ts'
import { onnxType } from '../../src/runtime/tensor.ts'
import { exportModel } from '../../src/models/exportModel.ts'
import { packed } from '../../src/models/layouts/packed.ts'
import { trainingGraph } from '../../src/models/trainingGraph.ts'
import { scaled, scalerModel } from '../../src/optim/gradScaler.ts'
import { updateModel } from '../../src/optim/onnxAdamW.ts'
import { accumulateModel, updateModel as residentUpdate } from '../../src/optim/residentUpdate.ts'
import { families, randomParameters, tinyModel, type Family } from '../models/tinyModels.ts'

/**
 * Operators of opset 17 that ONNX Runtime 1.30 has for CPU, CUDA (without cuDNN) and WebGPU alike (docs/OperatorKernels.md). Not
 * among them, though tempting: LogSoftmax, OneHot, Dropout, Sum, Sign, ScatterND, ReduceMax, Loop, and all of com.microsoft.
 */
const plain = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Neg', 'Exp', 'Log', 'Sqrt', 'Erf', 'Tanh', 'Sigmoid', 'Where', 'Equal', 'Greater', 'Cast',
  'MatMul', 'Gemm', 'ReduceSum', 'Softmax', 'LayerNormalization',
  'Reshape', 'Transpose', 'Expand', 'Gather', 'Concat', 'Identity', 'Shape', 'Range', 'CumSum', 'Split', 'Slice', 'Cos', 'Sin',
])

/** What may be done with int64: to tell sizes, which are computed on the host. WebGPU has no arithmetic for it. */
const sizeOperators = new Set(['Cast', 'Shape', 'Gather', 'Concat', 'Reshape', 'Expand', 'ReduceSum', 'Range', 'Slice'])

const elementTypes = Object.fromEntries(Object.entries(onnxType).map(([name, number]) => [number, name]))

/** Names of tensors that hold int64, as far as the operators tell. */
function int64Tensors({ input, initializer, node }: GraphProto): Set<string> {
  const found = new Set([
    ...input.flatMap(({ name, type }) => (elementTypes[type.tensorType.elemType] === 'int64' ? [name] : [])),
    ...initializer.flatMap(({ name, dataType }) => (elementTypes[dataType] === 'int64' ? [name] : [])),
  ])
  for (const { opType, input: inputs, output, attribute } of node) {
    const values = opType === 'Where' ? inputs[1] : inputs[0]
    const to = attribute?.find(({ name }) => name === 'to')?.i
    const isInt64 = opType === 'Shape' || (opType === 'Cast' ? to === onnxType.int64 : !['Equal', 'Greater'].includes(opType) && found.has(values))
    if (isInt64) output.forEach((name) => found.add(name))
  }
  return found
}

/** Nodes that not every device can run: [operator, or operator and what it is used for]. */
function notPlain(model: ModelProto): string[] {
  const int64 = int64Tensors(model.graph)
  return model.graph.node.flatMap(({ opType, domain, input }) => {
    if (!plain.has(opType) || domain) return [opType]
    const computesInt64 = input.some((name) => int64.has(name)) && !sizeOperators.has(opType)
    return computesInt64 ? [`${opType} of int64`] : []
  })
}

function expectPlain(bytes: Uint8Array): void {
  const model = decodeModel(bytes)
  expect(model.opsetImport).toEqual([{ version: 17 }])
  expect(model.graph.node.length).toBeGreaterThan(5)
  expect(notPlain(model)).toEqual([])
}

const dropout = [0.1, 0.1, 0.2] as const

test.each(families.flatMap((family) => (['packed', 'padded'] as const).map((layout) => [family, layout] as const)))('training %s, %s', (family, layout) => {
  const { architecture, config } = tinyModel(family, { dropout })
  expectPlain(trainingGraph(architecture, config, 4, layout).model.bytes)
})

test.each(Object.keys(activations))('training with %s', (activation) => {
  const { architecture, raw } = tinyModel('distilbert')
  expectPlain(trainingGraph(architecture, architecture.readConfig({ ...raw, activation }), 4, 'packed').model.bytes)
})

test.each(families)('evaluating %s', (family) => {
  const { architecture, config } = tinyModel(family)
  expectPlain(compile({ logits: architecture.logits(config, 4, packed(false)) }).bytes)
})

test('the update', () => {
  expectPlain(updateModel())
})

test.each(families)('training %s on a device, in float32 and in half precision', (family) => {
  const { architecture, config } = tinyModel(family, { dropout })
  for (const half of [undefined, 'float16', 'bfloat16'] as const) expectPlain(trainingGraph(architecture, config, 4, 'packed', { half, scalesLoss: half !== undefined, onCpu: false }).model.bytes)
})

test('an update that stays on a device', () => {
  const variables = [{ name: 'table', shape: [9, 4], decay: true, table: true, gradientLength: 36 }, { name: 'bias', shape: [4], decay: false, table: false, gradientLength: 4 }]
  const settings = { weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 }
  for (const model of [residentUpdate(variables, settings), accumulateModel(variables), scalerModel(scaled)]) expectPlain(model)
})

// Its ids are int64, as transformers.js feeds them; the mask becomes bool.
test.each(families)('the export of %s', async (family) => {
  expectPlain(await exported(family))
})

async function exported(family: Family): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { architecture, config } = tinyModel(family)
  const shapes = new Map(trainingGraph(architecture, config, 4, 'packed').parameters.map(({ name, shape }) => [name, shape]))
  const path = join(folder, 'model.onnx')
  await exportModel(path, architecture, config, 4, randomParameters(shapes))
  return readFileSync(path)
}

test('what is not plain is found', () => {
  const model = (node: { opType: string; domain?: string; input: string[] }[]): ModelProto => ({
    irVersion: 8, producerName: '', opsetImport: [],
    graph: { name: '', initializer: [{ name: 'one', dims: [], dataType: onnxType.int64, rawData: new Uint8Array(8) }], input: [], output: [], node: node.map((each, i) => ({ ...each, output: [`t${i}`] })) },
  })
  expect(notPlain(model([{ opType: 'LogSoftmax', input: ['x'] }]))).toEqual(['LogSoftmax'])
  expect(notPlain(model([{ opType: 'Gemm', domain: 'com.microsoft', input: ['x', 'y'] }]))).toEqual(['Gemm'])
  expect(notPlain(model([{ opType: 'Add', input: ['x', 'one'] }]))).toEqual(['Add of int64'])
  expect(notPlain(model([{ opType: 'Shape', input: ['x'] }, { opType: 'Gather', input: ['t0', 'one'] }, { opType: 'Mul', input: ['t1', 't1'] }]))).toEqual(['Mul of int64'])
})
