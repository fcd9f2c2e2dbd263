// stdin: {"path", "runs": [{name: {"values", "shape"}}]}; stdout: {"inputs", "outputs", "logits": [{"dims", "data"}]}. By ONNX Runtime's
// JavaScript binding, which must not meet its C API in one process.
import { text } from 'node:stream/consumers'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const { path, runs } = JSON.parse(await text(process.stdin))
const session = await InferenceSession.create(path, { intraOpNumThreads: 1 })
const logits = []
for (const run of runs) {
  const feeds = Object.entries(run).map(([name, { values, shape }]) => [name, new Tensor('int64', BigInt64Array.from(values, BigInt), shape)])
  const { dims, data } = (await session.run(Object.fromEntries(feeds))).logits
  logits.push({ dims, data: [...data] })
}
process.stdout.write(JSON.stringify({ inputs: session.inputNames, outputs: session.outputNames, logits }))
