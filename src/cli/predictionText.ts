/** Predictions for a person. */
import { printable } from '../protocol/errors.ts'
import type { Prediction } from '../protocol/prediction.ts'
import { table } from './table.ts'

/** The text, then its labels with their scores, most likely first. */
export function predictionLines({ text, scores }: Prediction): string[] {
  return [printable(text), ...table(scores.map(({ label, score }) => [`  ${label}`, score.toFixed(4)]))]
}

/** `0.9731  Sports  The home team won…`: one line, for many texts. */
export function predictionLine({ text, label, score }: Prediction): string {
  return `${score.toFixed(4)}  ${printable(label)}  ${printable(text)}`
}
