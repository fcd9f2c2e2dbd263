/** A person's first hour: train the embedded default, use the model, look back at it. */
import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digest, newsSample, Place, type Ended } from './finetune.ts'

const place = new Place('person')
let training: Ended
beforeAll(async () => { training = await place.finetune(['train']) }, 60_000)
afterAll(() => place.remove())

test('training shows the preset, what is ahead, a row for each epoch, the best, and the tutorial\'s sentence', () => {
  expect(training).toMatchObject({ code: 0, stderr: '' })
  const { stdout } = training
  expect(stdout).toContain('Settings of the preset "quick"')
  expect(stdout).toMatch(/^ {2}learning_rate +3e-4$/m)
  expect(stdout).toMatch(/^cpu, \d+ threads? \(.+\) · 400 rows to train, 160 to evaluate · 75 steps in 3 epochs · about .+ · .+ of memory · .+ on disk$/m)
  expect(stdout).toContain('4 labels: Business, Sci/Tech, Sports, World · no text is cut')
  expect(stdout.match(/^ +[123] +\d\.\d{4} +\d\.\d{4} +\d\.\d{4} ± \d\.\d{4}( {2}best so far)?$/gm)).toHaveLength(3)
  expect(stdout).toMatch(/^step 75\/75, epoch 3\.00: loss \d\.\d{4}, \d+ rows\/s, .+ left$/m)
  expect(Number(/^Best by accuracy: epoch \d, accuracy (\d\.\d{4}) ± .+ over 160 rows/m.exec(stdout)![1])).toBeGreaterThan(0.8)
  expect(stdout).toMatch(/^The home team won the championship after a thrilling match\.\n {2}Sports +0\.\d{4}\n/m)
})

test('the command that it suggests can be copied', async () => {
  const line = /^Try it:\n {2}(.+)$/m.exec(training.stdout)![1]
  expect(await place.shell(line)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/match\.\n {2}Sports +0\.\d{4}\n/) })
})

test('a text gets all labels with their scores, or the first of them', async () => {
  const text = 'The striker scored twice in the final.'
  const { stdout } = await place.finetune(['predict', '--model', 'news-mini-finetuned', text])
  expect(stdout.split('\n')).toEqual([text, ...Array<unknown>(4).fill(expect.stringMatching(/^ {2}\S+ +\d\.\d{4}$/)), ''])
  const first = await place.finetune(['predict', '--model', 'news-mini-finetuned', '--top_k', '1', text])
  const [label, score] = stdout.split('\n')[1].trim().split(/ +/)
  expect(first.stdout).toBe(`${text}\n  ${label}  ${score}\n`)
})

test('texts piped in or in a file are answered line by line, blank ones too', async () => {
  const texts = ['Shares fell after the bank cut its forecast.', '', 'The striker scored twice in the final.']
  const piped = await place.finetune(['predict', '--model', 'news-mini-finetuned'], { input: texts.join('\r\n') })
  expect(piped).toMatchObject({ code: 0, stderr: '' })
  expect(piped.stdout.split('\n')).toEqual([
    expect.stringMatching(/^0\.\d{4} {2}Business {2}Shares fell after the bank cut its forecast\.$/),
    expect.stringMatching(/^0\.\d{4} {2}\S+ {2}$/),
    expect.stringMatching(/^0\.\d{4} {2}Sports {2}The striker scored twice in the final\.$/),
    '',
  ])
  const file = place.write('texts.txt', texts.join('\n') + '\n')
  expect((await place.finetune(['predict', '--model', 'news-mini-finetuned', '--file', file])).stdout).toBe(piped.stdout)
})

test('predictions as JSON have the labels\' scores, most likely first, with the sum 1', async () => {
  const ended = await place.finetune(['predict', '--model', 'news-mini-finetuned', '--json', 'One text', 'Another'])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const predictions = ended.stdout.trim().split('\n').map((line) => JSON.parse(line) as { scores: { label: string, score: number }[] })
  expect(predictions).toHaveLength(2)
  for (const prediction of predictions) {
    const { scores } = prediction
    expect(Object.keys(prediction)).toEqual(['text', 'label', 'score', 'scores'])
    expect(prediction).toMatchObject(scores[0])
    expect(scores.map(({ score }) => score)).toEqual(scores.map(({ score }) => score).sort((a, b) => b - a))
    expect(scores.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 6)
    expect(scores.map(({ label }) => label).sort()).toEqual(['Business', 'Sci/Tech', 'Sports', 'World'])
  }
})

test('evaluating on the same rows measures what training did', async () => {
  const [, accuracy] = /accuracy (\d\.\d{4} ± \d\.\d{4}) over/.exec(training.stdout)!
  const report = await place.finetune(['evaluate', '--model', 'news-mini-finetuned', '--dataset', newsSample])
  expect(report).toMatchObject({ code: 0, stderr: '' })
  expect(report.stdout).toContain(`Accuracy ${accuracy}`)
  const json = await place.finetune(['evaluate', '--model', 'news-mini-finetuned', '--dataset', newsSample, '--json', '--max_eval_samples', '50'])
  expect(json.stderr).toBe('')
  expect(JSON.parse(json.stdout)).toMatchObject({
    eval_rows: 50, eval_accuracy: expect.any(Number), eval_f1: expect.any(Number), eval_loss: expect.any(Number),
    per_class: Array(4).fill({ label: expect.any(String), precision: expect.any(Number), recall: expect.any(Number), f1: expect.any(Number), support: expect.any(Number) }),
    confusion_matrix: Array(4).fill(Array(4).fill(expect.any(Number))),
  })
})

test('the run is listed', async () => {
  const listed = await place.finetune(['runs'])
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.stdout.split('\n')[1]).toMatch(/^news-mini-finetuned +finished +0\.\d{4} +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\S*news-mini$/)
  expect(JSON.parse((await place.finetune(['runs', '--json'])).stdout)).toMatchObject({ state: 'finished', accuracy: expect.any(Number) })
})

test('training it again says that it is finished, and touches nothing', async () => {
  const files = ['run.json', 'events.jsonl', 'model.safetensors', 'trainer_state.json'].map((name) => place.path('news-mini-finetuned', name))
  const before = files.map((file) => [digest(file), statSync(file).mtimeMs])
  const again = await place.finetune(['train'])
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(again.stdout).toContain('The run in news-mini-finetuned is finished with these settings: there is nothing to do.')
  expect(files.map((file) => [digest(file), statSync(file).mtimeMs])).toEqual(before)
})
