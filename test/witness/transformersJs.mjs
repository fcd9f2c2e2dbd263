// stdin: {"folder", "texts"}; stdout: for each text its labels with their scores. transformers.js reads onnx/model.onnx; a process of its
// own, since ONNX Runtime's JavaScript binding and its C API must not meet in one.
import { text } from 'node:stream/consumers'
import { env, pipeline } from '@huggingface/transformers'

const given = JSON.parse(await text(process.stdin))
env.allowRemoteModels = false
env.localModelPath = ''
const classify = await pipeline('text-classification', given.folder, { dtype: 'fp32', device: 'cpu' })
const scores = []
for (const each of given.texts) scores.push(await classify(each, { top_k: null }))
process.stdout.write(JSON.stringify(scores))
