/** The arguments of `npm run golden`. */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Executor } from './model.ts'
import { Unreadable } from './unreadable.ts'

export const usage = `npm run golden -- [options] <golden folder or trainer_run.json>...

Trains as each reference did, without dropout, and prints each quantity's largest error against the reference's
own tolerance. Exit code 0: all are within; 1: one is out; 2: one cannot be read.

  --layout packed|padded   how the training step lays out its tokens (packed)
  --optimizer wasm|onnx    what updates the parameters (wasm); padded with onnx is the plain reference
  --threads N              threads to compute with (2)
  --model FOLDER           the model that a reference names, instead of ../models/NAME beside it
                           (all-MiniLM-L6-v2 is also looked for at $FINETUNE_MINILM)
  --dataset FOLDER         the dataset that a trainer_run.json names, instead of ../ag_news/NAME`

const options = {
  layout: { type: 'string', default: 'packed' },
  optimizer: { type: 'string', default: 'wasm' },
  threads: { type: 'string', default: '2' },
  model: { type: 'string' },
  dataset: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const schema = z.object({
  layout: z.enum(['packed', 'padded']),
  optimizer: z.enum(['wasm', 'onnx']),
  threads: z.coerce.number().int().positive(),
})

/** Folders given instead of those that a reference names. */
export interface Given {
  model?: string
  dataset?: string
}

export interface CommandLine {
  paths: string[]
  executor: Executor
  given: Given
  help: boolean
}

export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals: paths } = parse(argv)
  const executor = schema.safeParse(values)
  if (!executor.success) throw new Unreadable(`--${executor.error.issues[0].path[0] as string}: ${executor.error.issues[0].message}`)
  if (paths.length === 0 && !values.help) throw new Unreadable('give a golden folder or a trainer_run.json; --help says more')
  return { paths, executor: executor.data, given: { model: values.model, dataset: values.dataset }, help: values.help }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new Unreadable((error as Error).message)
  }
}
