/** Classification of one text: the whole command (cold), and one more text in a process that has the model (warm). */
import { runCommand } from './command.ts'
import { Contender } from './contender.ts'
import { median } from './spread.ts'

export interface PredictTime {
  cold_seconds: number
  /** Median of 20. */
  warm_seconds: number
}

const text = 'The home team won the championship after a thrilling match.'
const coldRuns = 5
const warmRuns = 20

export async function comparePredict({ cpus, python, model }: { cpus: string; python: string; model: string }): Promise<{ ours: PredictTime; pipeline: PredictTime }> {
  const commands = {
    ours: { cold: [process.execPath, 'dist/finetune.js', 'predict', '--json', '--model', model, text], warm: [process.execPath, 'dist/bench/classifier.js', model] },
    pipeline: { cold: [python, 'bench/pipeline.py', model, text], warm: [python, 'bench/pipeline.py', model] },
  }
  const cold: Record<'ours' | 'pipeline', number[]> = { ours: [], pipeline: [] }
  for (let run = 0; run < coldRuns; run++) {
    cold.ours.push((await runCommand(cpus, commands.ours.cold)).seconds)
    cold.pipeline.push((await runCommand(cpus, commands.pipeline.cold)).seconds)
  }
  return {
    ours: { cold_seconds: median(cold.ours), warm_seconds: await warm(cpus, commands.ours.warm) },
    pipeline: { cold_seconds: median(cold.pipeline), warm_seconds: await warm(cpus, commands.pipeline.warm) },
  }
}

async function warm(cpus: string, command: readonly string[]): Promise<number> {
  const process = new Contender(command[0], cpus, command)
  try {
    await process.ask({ cmd: 'predict', text }) // loads the model
    const seconds: number[] = []
    for (let run = 0; run < warmRuns; run++) seconds.push((await process.ask({ cmd: 'predict', text })).seconds as number)
    return median(seconds)
  } finally {
    process.close()
  }
}
