// stdin: {"texts"} and the "folder" of a model, or its "name" on the Hub of HF_ENDPOINT, kept in HF_HOME; stdout: for each text its labels with their
// scores, or null where it is longer than the model's limit: transformers.js truncates after it has added [SEP], which falls off, so no
// client in Python agrees with it there.
// It reads onnx/model.onnx, in a process of its own: ONNX Runtime's JavaScript binding and its C API must not meet in one.
import { text } from 'node:stream/consumers'
import { env, pipeline } from '@huggingface/transformers'

const given = JSON.parse(await text(process.stdin))
env.allowRemoteModels = given.name !== undefined
if (given.name !== undefined) readFromHub(process.env.HF_ENDPOINT, process.env.HF_TOKEN)
env.localModelPath = ''
const classify = await pipeline('text-classification', given.name ?? given.folder, { dtype: 'fp32', device: 'cpu' })
const scores = []
for (const each of given.texts) {
  const fits = classify.tokenizer.encode(each).length <= classify.tokenizer.model_max_length
  scores.push(fits ? await classify(each, { top_k: null }) : null)
}
process.stdout.write(JSON.stringify(scores))

/** It sends its token to huggingface.co alone. */
function readFromHub(endpoint, token) {
  env.remoteHost = endpoint
  env.cacheDir = process.env.HF_HOME
  env.fetch = (url, init) => {
    const headers = new Headers(init.headers)
    if (String(url).startsWith(`${endpoint}/`)) headers.set('authorization', `Bearer ${token}`)
    return fetch(url, { ...init, headers })
  }
}
