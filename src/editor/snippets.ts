/** Programs that use a run's model, to be copied. A folder may have any name: it is written as a string of the language, escaped. */

/** With transformers' pipeline. */
export function pythonSnippet(folder: string): string {
  return `from transformers import pipeline

classifier = pipeline("text-classification", model=${stringLiteral(folder)})
print(classifier("Type a text here", top_k=None))
`
}

/** With transformers.js, which reads the run's onnx/model.onnx: nothing is downloaded. */
export function javascriptSnippet(folder: string): string {
  return `import { env, pipeline } from '@huggingface/transformers'

env.allowRemoteModels = false
env.localModelPath = ''
const classifier = await pipeline('text-classification', ${stringLiteral(folder)}, { dtype: 'fp32' })
console.log(await classifier('Type a text here', { top_k: null }))
`
}

/** In double quotes, with escapes that JSON, Python and JavaScript share. */
function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
