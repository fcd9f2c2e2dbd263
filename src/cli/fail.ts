/** The end of a command that went wrong. */
import { UserError } from '../protocol/errors.ts'

/** EX_SOFTWARE of sysexits.h: an error in the program, not in what it was given. */
const bugExitCode = 70

/** Says a person's mistake in one line, and a bug of ours with its stack; the process ends with 1 or 70. */
export function fail(error: unknown): void {
  const isMistake = error instanceof UserError
  const text = isMistake ? `error: ${error.message}` : `${(error as Error)?.stack ?? error}\nThis is a bug in finetune: please report it with the lines above.`
  process.stderr.write(`${text}\n`, () => process.exit(isMistake ? 1 : bugExitCode))
}
