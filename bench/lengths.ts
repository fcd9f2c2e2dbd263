/** Time for each real token over mixes of lengths of about 850 tokens a step. */
import { runCommand } from './command.ts'
import type { Measurement, Place } from './part.ts'
import { table } from './table.ts'

const repeated = (count: number, length: number) => Array<number>(count).fill(length)
const mixes: Readonly<Record<string, readonly number[]>> = {
  '16 of 53': repeated(16, 53),
  'as AG News, 30 to 110': [30, 36, 40, 43, 45, 47, 49, 50, 52, 53, 55, 58, 60, 64, 72, 110],
  '32 of 27': repeated(32, 27),
  '8 of 107': repeated(8, 107),
  '4 of 214': repeated(4, 214),
  '2 of 427': repeated(2, 427),
  'fifteen of 30, one of 400': [...repeated(15, 30), 400],
  'evenly from 10 to 96': Array.from({ length: 16 }, (_, i) => Math.round(10 + i * 86 / 15)),
  'half of 16, half of 90': [...repeated(8, 16), ...repeated(8, 90)],
}
const rounds = 5

export async function measureLengths({ cpus, folder }: Place): Promise<Measurement> {
  const { lines } = await runCommand(cpus, [process.execPath, 'dist/bench/mixes.js', folder, JSON.stringify(mixes), String(rounds)])
  const seconds = lines[0].line as Record<string, number>
  const first = seconds[Object.keys(mixes)[0]]
  return {
    report: { seconds_per_token: seconds },
    text: table(['lengths', 'time per token'], Object.entries(seconds).map(([name, each]) => [name, (each / first).toFixed(2)])),
  }
}
