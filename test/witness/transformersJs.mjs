// stdin: {"models", "texts"}, the models as folders, or with "hub" as names on the Hub of HF_ENDPOINT, kept in HF_HOME; stdout: for each
// model the labels with their scores of each text, or null where a text is longer than the model's limit: transformers.js truncates after
// it has added [SEP], which falls off, so no client in Python agrees with it there.
// Its pipeline makes probabilities of a regression's number too, so that is read from the model itself.
// It reads onnx/model.onnx, in a process of its own: ONNX Runtime's JavaScript binding and its C API must not meet in one.
import { text } from 'node:stream/consumers'
import { env, pipeline } from '@huggingface/transformers'

const given = JSON.parse(await text(process.stdin))
env.allowRemoteModels = given.hub === true
if (given.hub) readFromHub(process.env.HF_ENDPOINT, process.env.HF_TOKEN)
env.localModelPath = ''
const answers = []
for (const model of given.models) answers.push({ scores: await ask(model) })
process.stdout.write(JSON.stringify(answers))

async function ask(model) {
  const classify = await pipeline('text-classification', model, { dtype: 'fp32', device: 'cpu' })
  const scores = []
  for (const each of given.texts) {
    const fits = classify.tokenizer.encode(each).length <= classify.tokenizer.model_max_length
    scores.push(fits ? await say(classify, each) : null)
  }
  return scores
}

async function say(classify, text) {
  const { config } = classify.model
  if (config.problem_type !== 'regression') return classify(text, { top_k: null })
  const { logits } = await classify.model(classify.tokenizer(text))
  return [{ label: config.id2label[0], score: logits.data[0] }]
}

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
