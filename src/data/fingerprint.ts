/** A name for exactly what a training sees, whatever files it came from. */
import { createHash } from 'node:crypto'
import type { LabelledTexts } from './checks.ts'

const CHUNK = 1 << 20 // characters: one call for each text would cost more than the hash

/** sha256 (hex) over the names of the classes and, in their order, the training and evaluation rows. */
export function fingerprint(labelNames: readonly string[], ...splits: LabelledTexts[]): string {
  const hash = createHash('sha256').update(JSON.stringify(labelNames))
  for (const { texts, labels, targets } of splits) {
    let chunk = `${texts.length}\n`
    for (const [row, text] of texts.entries()) {
      // The length keeps two texts apart from one that looks like both.
      chunk += `${targets ? targets.subarray(row * labelNames.length, (row + 1) * labelNames.length).join() : labels[row]} ${text.length} ${text}\n`
      if (chunk.length > CHUNK) {
        hash.update(chunk)
        chunk = ''
      }
    }
    hash.update(chunk)
  }
  return hash.digest('hex')
}
