/** Label names as config.json carries them. */
import { UserError } from '../protocol/errors.ts'
import type { JsonObject } from './json.ts'
import type { Pretrained } from './pretrained.ts'

/** A count is only a number in a file: beyond this it is a mistake, and would fill the memory with names. */
const mostLabels = 100_000

/**
 * The labels in the order of the logits. Without `id2label` they are LABEL_0, LABEL_1, …: as many as `num_labels` says, or two,
 * which is transformers' default (it leaves both fields out then).
 */
export function labelNames({ folder, config }: Pick<Pretrained, 'folder' | 'config'>): string[] {
  const { id2label, num_labels: count = 2 } = config
  if (id2label === undefined || id2label === null) {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > mostLabels) throw new UserError('model.labels-malformed', { folder })
    return Array.from({ length: count }, (_, index) => `LABEL_${index}`)
  }
  const entries = typeof id2label === 'object' ? Object.keys(id2label) : []
  const names = entries.map((_, index) => (id2label as JsonObject)[index])
  if (names.length === 0 || !names.every((name) => typeof name === 'string')) throw new UserError('model.labels-malformed', { folder })
  return names
}
