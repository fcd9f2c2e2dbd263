/** `finetune evaluate`: how a finished model does on other rows. */
import { checkSettings } from '../protocol/checkSettings.ts'
import type { Evaluation, EvaluationSettings } from '../protocol/evaluation.ts'
import { fetchNamed } from './fromHub.ts'
import type { Output } from './runPrinter.ts'
import { evaluationReport } from './table.ts'

export interface EvaluateOptions {
  model: string
  /** The settings that name and cut the rows. */
  given: Record<string, unknown>
  json: boolean
  output: Output
  /** What is for people beside the result. */
  people: Output
  evaluateModel?(folder: string, settings: EvaluationSettings): Promise<Evaluation>
}

export async function evaluate({ model, given, json, output, people, ...parts }: EvaluateOptions): Promise<void> {
  const settings = checkSettings({ ...given, model_name_or_path: model })
  const evaluateModel = parts.evaluateModel ?? (async () => {
    const { model_name_or_path, dataset } = await fetchNamed(settings, people)
    return (await import('../trainer/evaluateModel.ts')).evaluateModel(model_name_or_path, { ...settings, dataset })
  })
  const evaluation = await evaluateModel(model, settings)
  const lines = json ? [JSON.stringify(evaluation)] : evaluationReport(evaluation)
  output.write(lines.map((line) => `${line}\n`).join(''))
}
