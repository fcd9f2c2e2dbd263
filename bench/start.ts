/** How long a person waits for the first step of 120,000 rows: three whole commands, whose data the first has brought into the system's cache. */
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { oursToFirstStep, partsOf, trainCommand } from './commands.ts'
import type { Measurement, Place } from './part.ts'

const runs = 3

export async function measureStart({ cpus, folder, data }: Place, output: string): Promise<Measurement> {
  const starts = []
  for (let run = 0; run < runs; run++) {
    starts.push(oursToFirstStep(await runCommand(cpus, trainCommand({
      model_name_or_path: join(folder, 'model'), dataset: join(data, 'ag_news/ag_news_120k_resampled'), output_dir: join(output, `start-${run}`),
      max_steps: 1, eval_strategy: 'no', save_strategy: 'no', load_best_model_at_end: 'false',
    }))))
  }
  const [middle] = starts.toSorted((a, b) => a['first step'] - b['first step']).slice(1)
  return {
    report: { starts },
    text: `Seconds from the command to the end of each part, 120,000 rows, the median of ${runs} runs: ${partsOf(middle)}.`,
  }
}
