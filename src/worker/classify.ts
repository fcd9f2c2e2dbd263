/** Classification by transformers.js on the ONNX file that a run exported, so that every use of it proves the export. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { env, pipeline } from '@huggingface/transformers'
import type { TextClassificationPipeline } from '@huggingface/transformers'
import { UserError } from '../protocol/errors.ts'
import type { Prediction } from '../protocol/prediction.ts'
import type { Classified, ClassifyParams } from '../protocol/workerRequests.ts'

env.allowRemoteModels = false
env.useFSCache = false
env.localModelPath = ''

/** The model that answered last stays loaded. */
let loaded: { folder: string, classifier: Promise<TextClassificationPipeline> } | undefined

export async function classify({ folder, texts }: ClassifyParams): Promise<Classified> {
  const classifier = await load(folder)
  const start = performance.now()
  const predictions: Prediction[] = []
  for (const text of texts) predictions.push(prediction(text, await classifier(text, { top_k: null as unknown as number })))
  return { predictions, milliseconds: performance.now() - start }
}

async function load(folder: string): Promise<TextClassificationPipeline> {
  if (!existsSync(join(folder, 'onnx', 'model.onnx'))) throw new UserError('classify.no-onnx', { folder })
  if (loaded?.folder === folder) return loaded.classifier
  const earlier = loaded
  loaded = { folder, classifier: pipeline('text-classification', folder, { dtype: 'fp32', device: 'cpu' }) }
  loaded.classifier.catch(() => { loaded = undefined })
  await earlier?.classifier.then((classifier) => classifier.dispose(), () => undefined)
  return loaded.classifier
}

function prediction(text: string, output: unknown): Prediction {
  const scores = output as Prediction['scores']
  return { text, label: scores[0].label, score: scores[0].score, scores: scores.map(({ label, score }) => ({ label, score })) }
}
