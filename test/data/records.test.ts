// A row with all that it holds, as a copy of a file needs it.
import { expect, test } from 'vitest'
import { findTextColumn } from '../../src/data/columns.ts'
import { openTable } from '../../src/data/openTable.ts'
import { fileWith } from './files.ts'

async function records(file: string) {
  const table = await openTable(file)
  const found = []
  for await (const record of table.records()) found.push(record)
  return { ...table, found }
}

test('CSV: every cell under its column, also where two have the same name, and the place of each row', async () => {
  const { found, delimiter } = await records(fileWith('a.csv', '\ufefftext;note;note\n"a;\nb";1;\n\nc;;3'))
  expect(delimiter).toBe(';')
  expect(found.map(({ cells }) => cells)).toEqual([[['text', 'a;\nb'], ['note', '1'], ['note', '']], [['text', 'c'], ['note', ''], ['note', '3']]])
  expect(found.map(({ place }) => place)).toEqual(['row 1 (line 2)', 'row 2 (line 5)'])
  expect(found.map(({ share }) => share)).toEqual([expect.closeTo(0.8, 1), 1])
})

test('CSV: what is wrong in a row is told with its place, however much was read ahead', async () => {
  const lines = Array.from({ length: 5000 }, (_, row) => `text ${row},x`)
  await expect(records(fileWith('a.csv', ['text,label', ...lines, 'one cell'].join('\n')))).rejects.toMatchObject({ code: 'data.csv-malformed', args: { place: 'row 5001 (line 5002)' } })
  const bytes = Buffer.concat([Buffer.from('text\nok\n'), Buffer.from([0xff, 10])])
  await expect(records(fileWith('a.csv', bytes))).rejects.toMatchObject({ code: 'data.not-utf8', args: { place: 'row 2 (line 3)' } })
})

test('a stream that is left early leaves nothing open', async () => {
  const table = await openTable(fileWith('a.csv', 'text\n' + 'row\n'.repeat(100_000)))
  for await (const { cells } of table.records()) {
    expect(cells).toEqual([['text', 'row']])
    break
  }
})

test('JSON Lines: each row as it is written', async () => {
  const lines = ['{"id": 12345678901234567890, "text": "a"}', '', '{"text":"b","more":[1]}']
  const { found } = await records(fileWith('a.jsonl', lines.join('\r\n')))
  expect(found.map(({ source }) => source)).toEqual([lines[0], lines[2]])
  expect(found[1]).toMatchObject({ place: 'row 2 (line 3)', cells: [['text', 'b'], ['more', [1]]] })
})

test('a JSON document and Parquet', async () => {
  const { found } = await records(fileWith('a.json', '[{"text":"a"},{"text":"b"}]'))
  expect(found).toMatchObject([{ place: 'row 1', cells: [['text', 'a']], share: 0.5 }, { place: 'row 2', share: 1 }])
  const parquet = await records('test/golden/data/parquet/zstd.parquet')
  const { texts } = await parquet.read('text', 'text')
  expect(parquet.found.map(({ cells }) => new Map(cells).get('text'))).toEqual(texts)
  expect(parquet.found.at(-1)?.share).toBe(1)
})

test.each([
  [['id', 'text', 'label'], 'text'],
  [['what they wrote'], 'what they wrote'],
  [['title', 'review'], undefined],
  [['a', 'b'], undefined],
])('the column of texts of %j is %s', (columns, text) => {
  expect(findTextColumn({ columns })).toBe(text)
})
