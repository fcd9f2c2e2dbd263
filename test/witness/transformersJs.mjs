// stdin: {"folder", "texts"}; stdout: for each text its labels with their scores, or null where it is longer than the model's limit:
// transformers.js truncates after it has added [SEP], which falls off, so no client in Python agrees with it there.
// It reads onnx/model.onnx, in a process of its own: ONNX Runtime's JavaScript binding and its C API must not meet in one.
import { text } from 'node:stream/consumers'
import { env, pipeline } from '@huggingface/transformers'

const given = JSON.parse(await text(process.stdin))
env.allowRemoteModels = false
env.localModelPath = ''
const classify = await pipeline('text-classification', given.folder, { dtype: 'fp32', device: 'cpu' })
const scores = []
for (const each of given.texts) {
  const fits = classify.tokenizer.encode(each).length <= classify.tokenizer.model_max_length
  scores.push(fits ? await classify(each, { top_k: null }) : null)
}
process.stdout.write(JSON.stringify(scores))
