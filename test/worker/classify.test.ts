// The worker's answers are those of `finetune predict`: another runtime binding, another tokenizer, the ONNX file instead of the weights.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { classify } from '../../src/worker/classify.ts'
import { classifyFile, fileColumns } from '../../src/worker/classifyFile.ts'

const home = mkdtempSync(join(tmpdir(), 'finetune-worker-'))
const model = join(home, 'model')
let folder: string
beforeAll(() => { finetune('train', '--output_dir', model, '--max_steps', '3') }, 60_000)
afterAll(() => rmSync(home, { recursive: true }))
beforeEach(() => { folder = mkdtempSync(join(home, 'files-')) })

function finetune(...words: string[]): string {
  return execFileSync(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: home, env: { ...process.env, XDG_DATA_HOME: home, HOME: home }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

/** Each text with what `finetune predict` says of it. */
function predicted(texts: string[]): Prediction[] {
  return finetune('predict', '--model', model, '--json', ...texts).trim().split('\n').map((line) => JSON.parse(line))
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const never = new AbortController().signal
const quiet = { signal: never, onProgress() {} }
const texts = ['The home team won the championship after a thrilling match.', 'x', '', 'Oil prices fell.', 'word '.repeat(2000), 'Ünïcode 漢字 🎉']

test('labels and scores are those of finetune predict, for several texts at once too', async () => {
  const { predictions, truncated, maxTokens } = await classify({ folder: model, texts })
  for (const [index, expected] of predicted(texts).entries()) {
    expect(predictions[index].label).toBe(expected.label)
    expect(predictions[index].scores.map(({ label }) => label)).toEqual(expected.scores.map(({ label }) => label))
    for (const [place, { score }] of expected.scores.entries()) expect(predictions[index].scores[place].score).toBeCloseTo(score, 5)
  }
  expect(truncated).toEqual([false, false, false, false, true, false])
  expect(maxTokens).toBe(JSON.parse(readFileSync(join(model, 'tokenizer_config.json'), 'utf8')).model_max_length)
})

/** The model once more, in a folder of its own, its labels called otherwise. */
function copyOf(prefix: string, place: string): string {
  rmSync(place, { recursive: true, force: true })
  cpSync(model, place, { recursive: true })
  const config = JSON.parse(readFileSync(join(place, 'config.json'), 'utf8')) as { id2label: Record<string, string> }
  const id2label = Object.fromEntries(Object.entries(config.id2label).map(([id, label]) => [id, prefix + label]))
  const label2id = Object.fromEntries(Object.entries(id2label).map(([id, label]) => [label, Number(id)]))
  writeFileSync(join(place, 'config.json'), JSON.stringify({ ...config, id2label, label2id }))
  return place
}

async function labelsOf(place: string, some = ['Oil prices fell.']): Promise<string[]> {
  return (await classify({ folder: place, texts: some })).predictions.map(({ label }) => label)
}

test('models that are asked at once each answer for themselves, also one that is let go meanwhile', async () => {
  const many = Array.from({ length: 40 }, (_, row) => 'goal '.repeat(1 + (row * 37) % 50))
  const [a, b] = [copyOf('a-', join(folder, 'a')), copyOf('b-', join(folder, 'b'))]
  const expected = await labelsOf(model, many)
  const answers = await Promise.all([a, b, a, model].map((place) => labelsOf(place, many)))
  expect(answers).toEqual(['a-', 'b-', 'a-', ''].map((prefix) => expected.map((label) => prefix + label)))
})

test('another model in the place of the one that answered is loaded anew', async () => {
  const place = join(folder, 'run')
  const [before] = await labelsOf(copyOf('old-', place))
  const [after] = await labelsOf(copyOf('new-', place))
  expect([before, after]).toEqual([expect.stringMatching(/^old-/), expect.stringMatching(/^new-/)])
})

test('a model that cannot be loaded harms no other, and is tried again', async () => {
  const broken = copyOf('broken-', join(folder, 'broken'))
  const config = readFileSync(join(broken, 'config.json'))
  writeFileSync(join(broken, 'config.json'), '{')
  await labelsOf(model)
  const other = copyOf('other-', join(folder, 'other'))
  const [failed, answered] = await Promise.allSettled([labelsOf(broken), labelsOf(other)])
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'model.json-malformed' } })
  expect(answered).toMatchObject({ status: 'fulfilled', value: [expect.stringMatching(/^other-/)] })
  writeFileSync(join(broken, 'config.json'), config)
  expect((await labelsOf(broken))[0]).toMatch(/^broken-/)
  rmSync(join(broken, 'onnx'), { recursive: true })
  await expect(labelsOf(broken)).rejects.toMatchObject({ code: 'classify.no-onnx' })
})

test('a file gets two columns: every row in its place, whatever the length of its text', async () => {
  const rows = Array.from({ length: 700 }, (_, row) => `${row},${'goal '.repeat(1 + (row * 37) % 50)}${row}`)
  const output = join(folder, 'out.csv')
  const told: number[] = []
  const result = await classifyFile({ folder: model, file: file('a.csv', ['id,text', ...rows, '700, '].join('\n')), text_column: 'text', output }, { signal: never, onProgress: ({ rows }) => told.push(rows) })
  expect(result).toEqual({ rows: 701, withoutText: 1, truncated: 0, maxTokens: expect.any(Number), defused: 0, labelColumn: 'label', scoreColumn: 'score' })
  expect(told).toEqual([512, 701])
  const written = parse(readFileSync(output), { columns: true }) as Record<string, string>[]
  expect(written.map(({ id, text }) => `${id},${text}`)).toEqual([...rows, '700, '])
  expect(written.at(-1)).toMatchObject({ label: '', score: '' })
  const some = [0, 3, 511, 512, 699]
  for (const [index, { label, score }] of predicted(some.map((row) => written[row].text)).entries()) {
    expect(written[some[index]].label).toBe(label)
    expect(Number(written[some[index]].score)).toBeCloseTo(score, 4)
  }
  expect(readdirSync(folder).sort()).toEqual(['a.csv', 'out.csv'])
})

test('nothing is written over, and nothing is left of a copy that cannot be finished', async () => {
  const there = file('there.csv', 'mine')
  const source = file('a.jsonl', '{"text":"a"}\n{"text":5}\n')
  await expect(classifyFile({ folder: model, file: source, text_column: 'text', output: there }, quiet)).rejects.toMatchObject({ code: 'classify.cannot-write', args: { reason: 'EEXIST' } })
  expect(readFileSync(there, 'utf8')).toBe('mine')
  const output = join(folder, 'out.jsonl')
  await expect(classifyFile({ folder: model, file: source, text_column: 'text', output }, quiet)).rejects.toMatchObject({ code: 'classify.no-text', args: { place: 'row 2', type: 'number' } })
  await expect(classifyFile({ folder: model, file: source, text_column: 'text', output: join(folder, 'none', 'x') }, quiet)).rejects.toMatchObject({ code: 'classify.cannot-write', args: { reason: 'ENOENT' } })
  const stop = new AbortController()
  const rows = '{"text":"a"}\n'.repeat(1000)
  await expect(classifyFile({ folder: model, file: file('b.jsonl', rows), text_column: 'text', output }, { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow()
  expect(existsSync(output)).toBe(false)
  expect(readdirSync(folder).sort()).toEqual(['a.jsonl', 'b.jsonl', 'there.csv'])
})

test('which column holds the texts', async () => {
  expect(await fileColumns(file('a.csv', 'id,review\n1,x\n'))).toEqual({ columns: ['id', 'review'], text: 'review' })
  expect(await fileColumns(file('b.csv', 'a,b\n1,x\n'))).toEqual({ columns: ['a', 'b'], text: undefined })
})
