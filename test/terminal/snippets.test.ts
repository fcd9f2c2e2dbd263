/** The program that "Copy JavaScript" puts on the clipboard, run as it is. */
import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { javascriptSnippet } from '../../src/runs/snippets.ts'
import type { Prediction } from '../../src/protocol/prediction.ts'
import type { ProblemType } from '../../src/protocol/problemType.ts'
import { newsSample, Place } from './finetune.ts'

const place = new Place()
symlinkSync(resolve('node_modules'), place.path('node_modules'), 'junction') // the program finds transformers.js there
afterAll(() => place.remove())

test('the copied program classifies as finetune predict does, whatever the folder is called', async () => {
  const { scores, answer } = await both('it\'s "mine"', newsSample, 'single_label_classification')
  const found = answer as Prediction['scores']
  expect(found.map(({ label }) => label)).toEqual(scores.map(({ label }) => label))
  for (const [index, { score }] of found.entries()) expect(score).toBeCloseTo(scores[index].score, 5)
})

test('of several labels it tells the probability of each', async () => {
  const data = rows('several.jsonl', (row) => row % 3 === 0 ? ['a', 'b'] : row % 3 === 1 ? ['b'] : [])
  const { scores, answer } = await both('several', data, 'multi_label_classification')
  const found = answer as Prediction['scores']
  expect(found.map(({ label }) => label)).toEqual(scores.map(({ label }) => label))
  for (const [index, { score }] of found.entries()) expect(score).toBeCloseTo(scores[index].score, 5)
})

test('of a regression it tells the number itself', async () => {
  const { scores, answer } = await both('numbers', rows('numbers.jsonl', (row) => row + 0.5), 'regression')
  expect(answer).toBeCloseTo(scores[0].score, 4)
})

/** What finetune predict says of the program's text, and what the program prints. */
async function both(run: string, dataset: string, problemType: ProblemType): Promise<{ scores: Prediction['scores'], answer: unknown }> {
  expect(await place.finetune(['train', '--model_name_or_path', place.tinyModel('model'), '--dataset', dataset, '--num_train_epochs', '1', '--output_dir', run])).toMatchObject({ code: 0 })
  const { scores } = JSON.parse((await place.finetune(['predict', '--model', run, '--json', 'Type a text here'])).stdout) as Prediction
  const program = place.path(`${problemType}.mjs`)
  writeFileSync(program, javascriptSnippet(place.path(run), problemType, 'folder').replace('console.log(', 'console.log(JSON.stringify(').replace(/\)\n$/, '))\n'))
  return { scores, answer: JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) }
}

function rows(name: string, label: (row: number) => unknown): string {
  writeFileSync(place.path(name), Array.from({ length: 40 }, (_, row) => `${JSON.stringify({ text: `text number ${row}`, label: label(row) })}\n`).join(''))
  return place.path(name)
}
