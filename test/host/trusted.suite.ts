import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VsCode } from '../e2e/vscode.ts'
import { hostTests } from './hostTests.ts'
import { texts, witnessFile } from './predictions.ts'

await hostTests('trusted', { isTrusted: true, prepare: trainAndPredict })

/** Trains a model in a terminal, and leaves what the terminal predicts with it. */
function trainAndPredict({ workspace, home, env }: VsCode): void {
  const model = join(workspace, 'model')
  const finetune = (...words: string[]) => execFileSync(process.execPath, ['dist/finetune.js', ...words], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  finetune('train', '--output_dir', model, '--max_steps', '10')
  const predictions = texts.map((text) => JSON.parse(finetune('predict', '--model', model, '--json', '--', text)))
  writeFileSync(join(home, witnessFile), JSON.stringify({ model, predictions }))
}
