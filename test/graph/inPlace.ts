/** What a model may write over: checks of the model as ONNX Runtime optimised it, and of what is really bound to it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeModel, type ModelProto } from '../../src/graph/onnxSchema.ts'
import type { Device } from '../../src/runtime/device.ts'
import type { Session } from '../../src/runtime/session.ts'
import type { HostArray } from '../../src/runtime/tensor.ts'

/** A model as it runs, with the memory that is bound to its inputs and outputs. */
export interface Bound {
  model: ModelProto
  inputs: Map<string, HostArray>
  outputs: Map<string, HostArray>
}

/** A device that remembers what is bound to the models that it loads. */
export function recording(device: Device): { device: Device; bound: Bound[] } {
  const bound: Bound[] = []
  function load(bytes: Uint8Array): Session {
    const { session, model } = loadOptimised(device, bytes)
    const bind = session.bind.bind(session)
    session.bind = () => {
      const binding = bind()
      const record: Bound = { model, inputs: new Map(), outputs: new Map() }
      bound.push(record)
      const [input, output] = [binding.input.bind(binding), binding.output.bind(binding)]
      binding.input = (name, tensor) => (record.inputs.set(name, tensor.data), input(name, tensor))
      binding.output = (name, tensor) => (record.outputs.set(name, tensor.data), output(name, tensor))
      return binding
    }
    return session
  }
  return { device: { ...device, load }, bound }
}

/** Loads a model and reads it back as ONNX Runtime optimised it. */
export function loadOptimised(device: Device, bytes: Uint8Array): { session: Session; model: ModelProto } {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-optimised-'))
  try {
    const optimizedModelPath = join(folder, 'model.onnx')
    const session = device.load(bytes, { optimizedModelPath })
    return { session, model: decodeModel(readFileSync(optimizedModelPath)) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function overlap(a: HostArray, b: HostArray): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
}

/** Pairs of an output and an input in the same memory. */
export function overwrites({ inputs, outputs }: Bound): [output: string, input: string][] {
  return [...outputs].flatMap(([output, written]) => [...inputs].flatMap<[string, string]>(([input, read]) => (overlap(written, read) ? [[output, input]] : [])))
}

const elementwise = new Set(['Add', 'Sub', 'Mul', 'Div', 'Where', 'Identity'])

/**
 * Nodes that may read an input after an output was written over it: all readers but the node that makes the output, if it works
 * element by element, and that node's ancestors.
 */
export function lateReaders({ graph: { node: nodes } }: ModelProto, pairs: readonly [output: string, input: string][]): string[] {
  const maker = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node])))
  return pairs.flatMap(([output, input]) => {
    const writer = maker.get(output)
    const before = new Set<unknown>(writer && elementwise.has(writer.opType) ? [writer] : [])
    const open = [...writer?.input ?? []]
    while (open.length > 0) {
      const node = maker.get(open.pop()!)
      if (!node || before.has(node)) continue
      before.add(node)
      open.push(...node.input)
    }
    const late = nodes.filter((node) => node.input.includes(input) && !before.has(node))
    return late.map(({ opType, output: [name] }) => `${opType} → ${name} reads ${input}, which ${output} overwrites`)
  })
}
