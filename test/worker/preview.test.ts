import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { preview } from '../../src/worker/preview.ts'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-preview-')) })
afterAll(() => rmSync(folder, { recursive: true }))

function file(content: string): string {
  const path = join(folder, 'rows.csv')
  writeFileSync(path, content)
  return path
}

test('shows the rows that training will read, each label with its count', async () => {
  const lines = Array.from({ length: 20 }, (_, row) => `text ${row},${row % 4 === 0 ? 'rare' : 'common'}`)
  const { columns, preview: found, problem } = await preview({ dataset: [file(['text,label', ...lines].join('\n'))], text_column: null, label_column: null })
  expect(problem).toBeUndefined()
  expect(columns).toEqual(['text', 'label'])
  expect(found).toMatchObject({ text_column: 'text', label_column: 'label', train_rows: 18, eval_rows: 2 })
  expect(found!.labels.map(({ label }) => label)).toEqual(['common', 'rare'])
  expect(found!.labels.reduce((sum, { count }) => sum + count, 0)).toBe(18)
  for (const { text, label } of found!.rows) expect(label).toBe(Number(text.slice(5)) % 4 === 0 ? 'rare' : 'common')
})

test('tells the columns also where it does not know which to read', async () => {
  const { columns, preview: found, problem } = await preview({ dataset: [file('a,b\n1,2\n3,4\n')], text_column: null, label_column: null })
  expect(columns).toEqual(['a', 'b'])
  expect(found).toBeUndefined()
  expect(problem?.code).toBe('data.column-not-found')
})

test('a file that is not there is a problem, not a crash', async () => {
  const { columns, problem } = await preview({ dataset: [join(folder, 'none.csv')], text_column: null, label_column: null })
  expect(columns).toEqual([])
  expect(problem?.code).toBe('data.file-missing')
})
