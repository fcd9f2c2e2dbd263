/** The rows of a run that has not begun: read, or, for data that is yet to be downloaded, what is known of them anyway. */
import { loadDataset } from '../data/dataset.ts'
import { hubNews } from '../protocol/formPresets.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { quick } from '../protocol/presets.ts'

export interface RowsAhead {
  available: { train: number, evaluation: number }
  labelNames: string[]
  problemType?: ProblemType
  /** Of the training rows, or of some like them. */
  texts: readonly string[]
}

/** AG News by its card, with the texts of the sample of it that comes with the program. Other data is not known before it is here. */
export async function knownRows(id: string | null): Promise<RowsAhead | undefined> {
  if (id !== hubNews.dataset) return undefined
  const { train, labelNames } = await loadDataset({ dataset: [...quick.dataset as string[]] })
  return { available: { train: 120_000, evaluation: 7_600 }, labelNames, texts: train.texts }
}
