/** How to call this program again from where it was called, for commands that a person can copy. */
import { basename } from 'node:path'
import { nearPath } from './preflightText.ts'

/** A command such as `finetune train …` in the form that works here: through npm, as a file of a checkout, or as installed. */
export function asTyped(command: string): string {
  return command.replace(/^finetune/, programName())
}

function programName(): string {
  if (['start', 'finetune'].includes(process.env.npm_lifecycle_event ?? '')) return 'npm run -s finetune --'
  const script = process.argv[1] ?? ''
  return basename(script) === 'finetune.js' ? `node ${nearPath(script)}` : 'finetune'
}
