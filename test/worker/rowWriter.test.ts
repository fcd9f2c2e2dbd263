import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { addedColumns, rowWriter } from '../../src/worker/rowWriter.ts'

const sports = { label: 'Sports', score: 0.98765432 }
const record = (...cells: [string, unknown][]) => ({ place: 'row 1', cells: cells as [string, string][], share: 1 })

test.each([
  [['text'], 'label', 'score'],
  [['text', 'label'], 'predicted_label', 'predicted_score'],
  [['score', 'predicted_label'], 'predicted_label_2', 'predicted_score_2'],
])('beside %j the columns are %s and %s', (columns, labelColumn, scoreColumn) => {
  expect(addedColumns(columns)).toEqual({ labelColumn, scoreColumn })
})

test('cells with delimiters, quotes and line breaks come back from CSV', () => {
  const writer = rowWriter({ file: 'a.csv', columns: ['id', 'text'], delimiter: ';' })
  const texts = ['a;b', 'say "hello"', 'two\r\nlines', '']
  const csv = writer.header() + texts.map((text, row) => writer.row(record(['id', String(row)], ['text', text]), sports)).join('')
  expect(parse(csv, { delimiter: ';' })).toEqual([['id', 'text', 'label', 'score'], ...texts.map((text, row) => [String(row), text, 'Sports', '0.987654'])])
  expect(writer.defused).toBe(0)
})

test('no cell of CSV is a formula, neither a text nor a name nor a label; numbers are none', () => {
  const writer = rowWriter({ file: 'a.csv', columns: ['=name', 'text', 'n'], delimiter: ',' })
  const header = writer.header()
  const formulas = ['=HYPERLINK("http://x")', '+1+cmd', '-2+3', '@SUM(A1)', '\tx', '\rx']
  const rows = formulas.map((text) => writer.row(record(['=name', '-5'], ['text', text], ['n', '+3.25']), { label: '=bad', score: 1 }))
  expect(parse(header + rows.join(''))).toEqual([['\'=name', 'text', 'n', 'label', 'score'], ...formulas.map((text) => ['-5', `'${text}`, '+3.25', '\'=bad', '1'])])
  expect(writer.defused).toBe(1 + 2 * formulas.length)
})

test('a JSON line stays as it is written, with two fields more', () => {
  const writer = rowWriter({ file: 'a.jsonl', columns: ['id', 'text'] })
  expect(writer.header()).toBe('')
  const source = '{"id": 12345678901234567890, "text": "=}"}'
  expect(writer.row({ ...record(['id', 1], ['text', '=}']), source }, sports)).toBe('{"id": 12345678901234567890, "text": "=}","label":"Sports","score":0.987654}\n')
  expect(writer.row({ ...record(), source: '{ }' })).toBe('{ "label":null,"score":null}\n')
})

test('what Parquet has and JSON has not', () => {
  const writer = rowWriter({ file: 'a.parquet', columns: ['id'] })
  const row = writer.row(record(['id', 7n], ['large', 2n ** 60n], ['bytes', Uint8Array.of(97, 98)], ['time', new Date(0)]), sports)
  expect(JSON.parse(row)).toEqual({ id: 7, large: '1152921504606846976', bytes: 'YWI=', time: '1970-01-01T00:00:00.000Z', label: 'Sports', score: 0.987654 })
})

test('a field of a later row is not written over', () => {
  const writer = rowWriter({ file: 'a.jsonl', columns: ['text'] })
  expect(() => writer.row(record(['text', 'a'], ['label', 'mine']), sports)).toThrow(expect.objectContaining({ code: 'classify.column-taken', args: { file: 'a.jsonl', place: 'row 1', column: 'label' } }))
})
