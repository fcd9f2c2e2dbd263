/** The program that "Copy JavaScript" puts on the clipboard, run as it is. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { javascriptSnippet } from '../../src/editor/snippets.ts'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { newsSample, Place } from './finetune.ts'

const place = new Place()
const folder = mkdtempSync('dist/snippet-') // in the checkout, so that the program finds transformers.js
afterAll(() => {
  place.remove()
  rmSync(folder, { recursive: true })
})

test('the copied program classifies as finetune predict does, whatever the folder is called', async () => {
  const run = 'it\'s "mine"'
  expect(await place.finetune(['train', '--model_name_or_path', place.tinyModel('model'), '--dataset', newsSample, '--num_train_epochs', '1', '--output_dir', run])).toMatchObject({ code: 0 })
  const { scores } = JSON.parse((await place.finetune(['predict', '--model', run, '--json', 'Type a text here'])).stdout) as Prediction
  const program = join(folder, 'program.mjs')
  writeFileSync(program, javascriptSnippet(place.path(run)).replace('console.log(', 'console.log(JSON.stringify(').replace(/\)\n$/, '))\n'))
  const answer = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as Prediction['scores']
  expect(answer.map(({ label }) => label)).toEqual(scores.map(({ label }) => label))
  for (const [index, { score }] of answer.entries()) expect(score).toBeCloseTo(scores[index].score, 5)
})
