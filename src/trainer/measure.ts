/** What each problem type measures by: rows in, an evaluation out. */
import type { Predictions } from '../data/predictions.ts'
import type { Evaluation } from '../protocol/evaluation.ts'
import type { ProblemType } from '../protocol/problemType.ts'

export interface EvaluationRows {
  /** Token ids of each row from `from` on, at most `count`. */
  tokens(from: number, count: number): Promise<Int32Array[]>
  labels: Int32Array
  /** The value that each output should have, [rows, names], for the problem types that have such. */
  targets?: Float32Array
  labelNames: readonly string[]
  /** By default one label for each text. */
  problemType?: ProblemType
}

export interface Evaluated {
  evaluation: Evaluation
  /** Row by row, where each has one label. */
  predictions?: Predictions
}

/** Takes the logits of one row after another, and says in the end what they are worth. */
export interface Measure {
  add(row: number, logits: Float32Array): void
  result(): Evaluated
}
