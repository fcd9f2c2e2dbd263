import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { UserError } from '../protocol/errors.ts'

/** Kinds of field that many families have. */
export const width = z.number().int().positive()
export const tokenId = z.number().int().nonnegative()
export const probability = z.number().min(0).max(0.99)
export const initializerRange = z.number().nonnegative().default(0.02)
export const activation = z.enum(Object.keys(activations) as [string, ...string[]])

/** What is allowed where a number of heads does not fit. */
export const dividesWidth = 'a divisor of the width'

/** For a field, whether its value fits the others, and what is allowed. */
type Fits = Readonly<Record<string, readonly [fits: boolean, allowed: string]>>

/**
 * Reads the fields of `schema`, with its defaults; others change nothing for us and are passed over. A value that the schema does
 * not allow would change the maths: UserError naming field, value and what is supported. `holds` adds checks between fields.
 */
export function parseConfig<Schema extends z.ZodObject>(
  modelType: string,
  schema: Schema,
  raw: Record<string, unknown>,
  holds: (config: z.infer<Schema>) => Fits,
): z.infer<Schema> {
  const refuse = (field: string, allowed: string) => new UserError('model.config-field', { modelType, field, value: JSON.stringify(raw[field]), allowed })
  if (raw.quantization_config != null) throw refuse('quantization_config', 'weights as they were trained')
  const result = schema.safeParse(raw)
  if (!result.success) {
    const issue = result.error.issues[0]
    const field = String(issue.path[0])
    // zod says "Invalid input: expected …".
    const allowed = issue.code === 'unrecognized_keys' ? `without ${issue.keys.join(', ')}` : issue.message.replace(/^[^:]*: /, '')
    throw refuse(field, allowed)
  }
  for (const [field, [fits, allowed]] of Object.entries(holds(result.data))) {
    if (!fits) throw refuse(field, allowed)
  }
  return result.data
}
