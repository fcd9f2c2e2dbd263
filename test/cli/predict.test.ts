import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inputLines } from '../../src/cli/inputLines.ts'
import { predict, type PredictOptions } from '../../src/cli/predict.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-cli-')) })
afterEach(() => rmSync(folder, { recursive: true }))

async function* stream(...chunks: (string | number[])[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk as string)
}

async function linesOf(...chunks: (string | number[])[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of inputLines(stream(...chunks), 'standard input')) lines.push(line)
  return lines
}

/** Runs predict with a classifier that finds every text good, and tells what it wrote and how many texts it was given at a time. */
async function predicted(options: Partial<PredictOptions>) {
  const said = { output: '', people: '', batches: [] as number[], asked: [] as unknown[], closed: false }
  const write = (name: 'output' | 'people') => ({ write: (text: string) => { said[name] += text; return true } })
  await predict({
    model: 'run', texts: [], json: false, input: stream(), output: write('output'), people: write('people'), ...options,
    async openClassifier(model, wanted) {
      said.asked.push(model, wanted)
      return {
        async classify(texts, asked) {
          said.batches.push(texts.length)
          said.asked.push(asked)
          return texts.map((text) => ({ text, label: 'good', score: 0.75, scores: [{ label: 'good', score: 0.75 }, { label: 'bad', score: 0.25 }] }))
        },
        async close() { said.closed = true },
      }
    },
  })
  return said
}

test('texts of the command line show all their labels', async () => {
  const said = await predicted({ texts: ['fine', 'dandy'] })
  expect(said.output).toBe('fine\n  good  0.7500\n  bad   0.2500\ndandy\n  good  0.7500\n  bad   0.2500\n')
  expect(said).toMatchObject({ people: '', asked: ['run', { few: true }, { top_k: undefined }], closed: true })
})

test('texts of a file or pipe are a line each, so many at a time', async () => {
  const file = join(folder, 'texts.txt')
  writeFileSync(file, Array.from({ length: 300 }, (_, i) => `text ${i}\n`).join(''))
  const said = await predicted({ file })
  expect(said.output.split('\n').slice(0, 2)).toEqual(['0.7500  good  text 0', '0.7500  good  text 1'])
  expect(said.batches).toEqual([256, 44])
  const piped = await predicted({ input: stream(`${'a\n'.repeat(33)}b`) })
  expect(piped.output).toBe(`${'0.7500  good  a\n'.repeat(33)}0.7500  good  b\n`)
  expect(piped).toMatchObject({ batches: [32, 2], asked: ['run', { few: false }, {}, {}] })
})

test('a person at a terminal is asked, and answered line by line', async () => {
  const said = await predicted({ input: Object.assign(stream('a\nb\n'), { isTTY: true }) })
  expect(said).toMatchObject({ people: 'Type a text and press Enter; Ctrl-D ends.\n', batches: [1, 1] })
})

test('with --json each prediction is a line of the four fields', async () => {
  const said = await predicted({ input: stream('a\n\nb\n'), json: true, top_k: '1' })
  expect(said.output.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual(['a', '', 'b'].map((text) => (
    { text, label: 'good', score: 0.75, scores: [{ label: 'good', score: 0.75 }, { label: 'bad', score: 0.25 }] }
  )))
  expect(said.asked).toEqual(['run', { few: false }, { top_k: 1 }])
})

test.each(['0', '-1', '1.5', 'all', ''])('top_k %j is refused', async (top_k) => {
  await expect(predicted({ texts: ['a'], top_k })).rejects.toThrow(`top_k must be a whole number of at least 1, not ${top_k}`)
})

test('lines are cut at LF and CRLF, wherever the chunks end, and blank ones count', async () => {
  expect(await linesOf('a\r\nb\n', '\n\u00e9', ' \u20ac\n', 'last')).toEqual(['a', 'b', '', 'é €', 'last'])
  expect(await linesOf('\ufeffa\n')).toEqual(['a'])
  expect(await linesOf([0xe2, 0x82], [0xac, 0x0a])).toEqual(['€'])
  expect(await linesOf()).toEqual([])
})

test('what is wrong with a file is said', async () => {
  await expect(linesOf('a\nb\n', [0xff, 0x0a])).rejects.toThrow('standard input, line 3: the text is not UTF-8')
  await expect(predicted({ file: join(folder, 'none.txt') })).rejects.toThrow(/no file at .*none\.txt: check --file/)
  await expect(predicted({ file: folder })).rejects.toThrow(/cannot be read \(EISDIR\)/)
})
