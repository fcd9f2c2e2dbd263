/** `npm run golden`: the product's training held against real runs of torch and of Trainer. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { printable, UserError } from '../src/protocol/errors.ts'
import { readCommandLine, usage, type CommandLine } from './commandLine.ts'
import { readJson } from './files.ts'
import { checkOrders, hasOrders } from './orders.ts'
import { checkRealFolder } from './realFolder.ts'
import { passed, reportLines, type Result } from './report.ts'
import { checkTinyFolder } from './tinyFolder.ts'
import { checkTrainerRun } from './trainerRun.ts'
import { Unreadable } from './unreadable.ts'

/** All are within their tolerances; one is out; one cannot be read. */
export type ExitCode = 0 | 1 | 2

/** Runs the command. `print` takes lines for stdout, `complain` for stderr. */
export async function golden(argv: readonly string[], print: (line: string) => void, complain: (line: string) => void): Promise<ExitCode> {
  return orComplain(complain, async () => {
    const commandLine = readCommandLine(argv)
    if (commandLine.help) print(usage)
    const codes: ExitCode[] = [0]
    for (const path of commandLine.paths) {
      codes.push(await orComplain(complain, async () => {
        const result = await check(path, commandLine)
        for (const line of reportLines(`${path} (${commandLine.executor.layout}, ${commandLine.executor.optimizer})`, result)) print(line)
        return passed(result) ? 0 : 1
      }))
    }
    return Math.max(...codes) as ExitCode
  })
}

/** A bug of ours is told with its stack, and must not look like a difference that was found. */
async function orComplain(complain: (line: string) => void, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    const isMistake = error instanceof Unreadable || error instanceof UserError
    complain(isMistake ? `golden: ${printable(error.message)}` : String((error as Error).stack))
    return 2
  }
}

/** A folder with `runs` in its meta.json is a small model, another one is a large model told in samples. A file tells orders of rows, or a run. */
async function check(path: string, { executor, given }: CommandLine): Promise<Result> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new Unreadable(`no file or folder at ${path}`)
  if (!found.isDirectory()) return hasOrders(path) ? checkOrders(path) : checkTrainerRun(path, executor, given)
  const { runs } = readJson(join(path, 'meta.json'), z.object({ runs: z.unknown().optional() }))
  return runs === undefined ? checkRealFolder(path, executor, given) : checkTinyFolder(path, executor)
}
