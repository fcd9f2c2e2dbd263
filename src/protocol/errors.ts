/**
 * A person's mistake, as a code with arguments, so that each surface (terminal, form, notification) words it.
 * Anything else that is thrown is a bug of ours and keeps its stack.
 */
import { messages } from './messages.ts'

export type ErrorCode = keyof typeof messages

/** The `{names}` in a message, read from its text: an argument that is missing or misspelt does not compile. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never
export type ErrorArguments<Code extends ErrorCode> = Record<Placeholders<(typeof messages)[Code]>, string | number>

export class UserError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly args: ErrorArguments<Code>

  constructor(code: Code, args: ErrorArguments<Code>) {
    super(fill(messages[code], args))
    this.name = 'UserError'
    this.code = code
    this.args = args
  }
}

/** Puts the arguments into a text such as `no file at {path}`. Control characters in them are dropped: they may come from data. */
export function fill(text: string, args: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => printable(String(args[name])))
}

/** Text from data, labels or file names without control characters (ANSI escapes among them), safe for a terminal or a log. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
}
