/** A label that was put right where rows were loaded: what a run records, so that it goes on with the same. */
import { z } from 'zod'

export const appliedCorrectionSchema = z.object({
  /** Of the text, with LF as line breaks. */
  text_sha256: z.string(),
  label: z.string(),
})
export type AppliedCorrection = z.output<typeof appliedCorrectionSchema>
