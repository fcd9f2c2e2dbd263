/** The end of a command that went wrong. */
import { UserError } from '../protocol/errors.ts'

/** EX_SOFTWARE of sysexits.h: an error in the program, not in what it was given. */
const bugExitCode = 70

/** Says a person's mistake in one line, and a bug of ours with its stack; the process ends with 1 or 70. */
export function fail(error: unknown): void {
  process.stderr.write(`${failureText(error)}\n`, () => process.exit(error instanceof UserError ? 1 : bugExitCode))
}

/** The same in words. */
export function failureText(error: unknown): string {
  if (error instanceof UserError) return `error: ${error.message}`
  return `${(error as Error)?.stack ?? error}\nThis is a bug in finetune: please report it with the lines above.`
}
