/** Classification: the whole command with one text (cold), and a process that has the model with one text more (warm) and with many. */
import { join } from 'node:path'
import { openTable } from '../src/data/openTable.ts'
import { runCommand } from './command.ts'
import { Contender } from './contender.ts'
import type { Measurement, Place } from './part.ts'
import { median, spread } from './spread.ts'
import { spreadRow, table } from './table.ts'

interface PredictTime {
  cold_seconds: number
  /** Median of 20. */
  warm_seconds: number
  /** Of each round, for as many texts. */
  many_seconds: number[]
}

const text = 'The home team won the championship after a thrilling match.'
const coldRuns = 5
const warmRuns = 20
const rounds = 5

export async function comparePredict({ cpus, python, folder, data, say }: Place, texts: number): Promise<Measurement> {
  const model = join(folder, 'model')
  const commands = {
    ours: { cold: [process.execPath, 'dist/finetune.js', 'predict', '--json', '--model', model, text], warm: [process.execPath, 'dist/bench/classifier.js', model] },
    pipeline: { cold: [python, 'bench/pipeline.py', model, text], warm: [python, 'bench/pipeline.py', model] },
  }
  const cold: Record<'ours' | 'pipeline', number[]> = { ours: [], pipeline: [] }
  for (let run = 0; run < coldRuns; run++) {
    cold.ours.push((await runCommand(cpus, commands.ours.cold)).seconds)
    cold.pipeline.push((await runCommand(cpus, commands.pipeline.cold)).seconds)
  }
  const [ours, pipeline] = [commands.ours.warm, commands.pipeline.warm].map((command) => new Contender(command[0], cpus, command))
  try {
    const both = [ours, pipeline]
    await inTurn(both, [[text]]) // loads the model
    const warm = await inTurn(both, Array<string[]>(warmRuns).fill([text]))
    say(`${texts} texts`)
    const many = await inTurn(both, inRounds((await readTexts(join(data, 'ag_news/ag_news_120k_resampled/data/train-00000-of-00001.parquet'))).slice(0, texts)))
    return summary(texts, {
      ours: { cold_seconds: median(cold.ours), warm_seconds: median(warm[0]), many_seconds: many[0] },
      pipeline: { cold_seconds: median(cold.pipeline), warm_seconds: median(warm[1]), many_seconds: many[1] },
    })
  } finally {
    for (const process of [ours, pipeline]) process.close()
  }
}

function summary(texts: number, { ours, pipeline }: Record<'ours' | 'pipeline', PredictTime>): Measurement {
  const ratio = (of: 'cold_seconds' | 'warm_seconds') => (ours[of] / pipeline[of]).toFixed(2)
  const many = spread(ours.many_seconds.map((seconds, round) => pipeline.many_seconds[round] / seconds))
  return {
    report: { ours, pipeline, texts_per_second_ratio: many },
    text: table(['ours to pipeline()', 'min', 'median', 'max'], [
      ['time of a whole command', '', ratio('cold_seconds'), ''],
      ['time of a text more', '', ratio('warm_seconds'), ''],
      spreadRow(`texts/s of ${texts.toLocaleString('en')}`, many),
    ]),
  }
}

/** Seconds of each process for each list of texts, which they take one after the other. */
async function inTurn(processes: readonly Contender[], lists: readonly (readonly string[])[]): Promise<number[][]> {
  const taken: number[][] = processes.map(() => [])
  for (const texts of lists) {
    for (const [i, process] of processes.entries()) taken[i].push((await process.ask({ cmd: 'predict', texts })).seconds as number)
  }
  return taken
}

function inRounds(texts: readonly string[]): string[][] {
  const size = Math.ceil(texts.length / rounds)
  return Array.from({ length: rounds }, (_, round) => texts.slice(round * size, (round + 1) * size))
}

async function readTexts(file: string): Promise<string[]> {
  const { texts } = await (await openTable(file)).read('text', 'label')
  return texts.map(String)
}
