/** Corrections at work: the labels of loaded rows become what a person said they are. */
import type { AppliedCorrection } from '../protocol/appliedCorrection.ts'
import type { LabelledTexts } from './checks.ts'
import { textHash } from './textHash.ts'

export interface CorrectedLabels {
  labels: Int32Array
  /** Rows whose label is another now. */
  changed: number
  /** The corrections that changed a row. */
  applied: AppliedCorrection[]
}

/** A correction to a label that is none of the names, such as one for another task, changes nothing. */
export function correctLabels({ texts, labels }: LabelledTexts, names: readonly string[], corrections: readonly AppliedCorrection[]): CorrectedLabels {
  const numbers = new Map(corrections.map(({ text_sha256, label }) => [text_sha256, names.indexOf(label)]))
  const corrected = labels.slice()
  const applied = new Map<string, AppliedCorrection>()
  let changed = 0
  if (numbers.size > 0) {
    for (const [row, text] of texts.entries()) {
      const text_sha256 = textHash(text)
      const label = numbers.get(text_sha256) ?? -1
      if (label === -1 || label === labels[row]) continue
      corrected[row] = label
      applied.set(text_sha256, { text_sha256, label: names[label] })
      changed++
    }
  }
  return { labels: corrected, changed, applied: [...applied.values()] }
}
