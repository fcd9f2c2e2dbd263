/** `finetune evaluate`: how a finished model does on other rows. */
import { checkSettings } from '../protocol/checkSettings.ts'
import type { Evaluation, EvaluationSettings } from '../protocol/evaluation.ts'
import type { Output } from './runPrinter.ts'
import { evaluationReport } from './table.ts'

export interface EvaluateOptions {
  model: string
  /** The settings that name and cut the rows. */
  given: Record<string, unknown>
  json: boolean
  output: Output
  evaluateModel?(folder: string, settings: EvaluationSettings): Promise<Evaluation>
}

export async function evaluate({ model, given, json, output, ...parts }: EvaluateOptions): Promise<void> {
  const settings = checkSettings({ ...given, model_name_or_path: model })
  const evaluateModel = parts.evaluateModel ?? (await import('../trainer/evaluateModel.ts')).evaluateModel
  const evaluation = await evaluateModel(model, settings)
  const lines = json ? [JSON.stringify(evaluation)] : evaluationReport(evaluation)
  output.write(lines.map((line) => `${line}\n`).join(''))
}
