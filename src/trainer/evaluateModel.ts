import { openClassifier } from '../classify/classifier.ts'
import { loadEvaluationRows } from '../data/dataset.ts'
import type { Evaluation, EvaluationSettings } from '../protocol/evaluation.ts'
import { evaluate } from './evaluate.ts'

/** Measures a finished model on data, whose labels are to be among the model's. @throws UserError as training does */
export async function evaluateModel(folder: string, settings: EvaluationSettings): Promise<Evaluation> {
  const classifier = await openClassifier(folder, settings)
  try {
    const { problemType } = classifier
    const { texts, labels, targets } = await loadEvaluationRows({ ...settings, problem_type: problemType }, classifier.labels)
    const tokens = async (from: number, count: number) => texts.slice(from, from + count).map(classifier.tokens)
    const { evaluation } = await evaluate(classifier.evaluator, { tokens, labels, targets, labelNames: classifier.labels, problemType }, settings.per_device_eval_batch_size)
    return evaluation
  } finally {
    await classifier.close()
  }
}
