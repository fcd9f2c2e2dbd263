import { join } from 'node:path'
import { z } from 'zod'
import { problemTypes, type ProblemType } from '../protocol/problemType.ts'
import { readJsonFile } from './jsonFile.ts'

const configSchema = z.object({ problem_type: z.enum(problemTypes) })

/** What a finished run's model says of a text, as its config.json tells transformers too. */
export function problemTypeIn(folder: string): Promise<ProblemType> {
  return readJsonFile(join(folder, 'config.json'), configSchema).then(({ problem_type }) => problem_type, () => 'single_label_classification')
}
