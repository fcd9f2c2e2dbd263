/** Fails many times with a long message, which is memory of ONNX Runtime's until its status is released. */
import { encodeModel } from '../../../src/graph/onnxSchema.ts'
import { OrtError } from '../../../src/runtime/ortApi.ts'
import { device } from '../../graph/run.ts'

export interface Outcome {
  /** Bytes of memory that the process has more at the end. */
  grown: number
  /** What it would have more, at least, if messages stayed. */
  leaked: number
  /** Whether each failure was an OrtError that names what was wrong. */
  messages: boolean
}

const times = 400
const name = 'NoSuchOperator'.repeat(10_000)
const graph = { name: 'none', node: [{ opType: name, input: [], output: ['y'] }] }
const model = encodeModel({ irVersion: 8, producerName: '', opsetImport: [{ domain: '', version: 17 }], graph })

function fail(): boolean {
  try {
    device.load(model)
    return false
  } catch (error) {
    return error instanceof OrtError && error.message.includes(name)
  }
}

function memory(): number {
  gc!()
  return process.memoryUsage.rss()
}

let messages = true
for (let i = 0; i < 50; i++) messages &&= fail()
const before = memory()
for (let i = 0; i < times; i++) {
  messages &&= fail()
  if (i % 20 === 0) gc!()
}
console.log(JSON.stringify({ grown: memory() - before, leaked: times * name.length, messages } satisfies Outcome))
