/**
 * Programs that use a run's model, to be copied: from the run page, or from the card of a published model. A folder may have any name:
 * it is written as a string of the language, escaped.
 */
import type { ProblemType } from '../protocol/problemType.ts'

/** Arguments of transformers' TextClassificationPipeline. What becomes of the logits is said where its default depends on the version. */
const pipelineArguments: Readonly<Record<ProblemType, string>> = {
  single_label_classification: 'top_k=None',
  multi_label_classification: 'top_k=None, function_to_apply="sigmoid"',
  regression: 'function_to_apply="none"',
}

/**
 * With transformers' pipeline.
 * @param model a folder, or a repository on the Hub
 */
export function pythonSnippet(model: string, problemType: ProblemType): string {
  return `from transformers import pipeline

classifier = pipeline("text-classification", model=${stringLiteral(model)})
print(classifier("Type a text here", ${pipelineArguments[problemType]}))
`
}

/**
 * With transformers.js, which reads onnx/model.onnx. Its pipeline takes the sigmoid where config.json says that there may be several
 * labels, else the softmax, which makes 1 of any single number: a regression's number is read from the logits.
 * @param place where the model is: of a folder nothing is downloaded
 */
export function javascriptSnippet(model: string, problemType: ProblemType, place: 'folder' | 'hub'): string {
  const isRegression = problemType === 'regression'
  const names = [...isRegression ? ['AutoModelForSequenceClassification', 'AutoTokenizer'] : ['pipeline'], ...place === 'folder' ? ['env'] : []].sort()
  return `import { ${names.join(', ')} } from '@huggingface/transformers'

${place === 'folder' ? localOnly : ''}${isRegression ? numberOf(stringLiteral(model)) : labelsOf(stringLiteral(model))}`
}

const localOnly = `env.allowRemoteModels = false
env.localModelPath = ''
`

function labelsOf(model: string): string {
  return `const classifier = await pipeline('text-classification', ${model}, { dtype: 'fp32' })
console.log(await classifier('Type a text here', { top_k: null }))
`
}

function numberOf(model: string): string {
  return `const name = ${model}
const tokenizer = await AutoTokenizer.from_pretrained(name)
const model = await AutoModelForSequenceClassification.from_pretrained(name, { dtype: 'fp32' })
const { logits } = await model(tokenizer('Type a text here', { truncation: true }))
console.log(logits.data[0])
`
}

/** In double quotes, with escapes that JSON, Python and JavaScript share. */
function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
