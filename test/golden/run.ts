/** The command as a function. */
import { golden } from '../../golden/golden.ts'

export interface Outcome {
  code: number
  /** Lines of stdout, and of stderr. */
  lines: string[]
  complaints: string[]
  /** Quantities that are out of their tolerances, without the name of the run. */
  out: string[]
}

export async function run(...argv: string[]): Promise<Outcome> {
  const lines: string[] = []
  const complaints: string[] = []
  const code = await golden(argv, (line) => lines.push(line), (line) => complaints.push(line))
  const out = lines.flatMap((line) => /^ {2}(?:\S+: )?(.+?) +\S+ +\S+ {2}OUT/.exec(line)?.[1] ?? [])
  return { code, lines, complaints, out: [...new Set(out)] }
}
