import { expect, test } from 'vitest'
import { openJson } from '../../src/data/json.ts'
import { fileWith } from './files.ts'

async function read(name: string, content: string | Buffer) {
  return (await openJson(fileWith(name, content))).read('text', 'label')
}

const rows = [{ text: 'a\u2028b\n"c"', label: 1 }, { text: 'ü 😀', label: 2 }]
const jsonLines = rows.map((row) => JSON.stringify(row)).join('\n')

test.each([
  ['JSON Lines', 'a.jsonl', jsonLines],
  ['JSON Lines with CRLF, empty lines and a byte order mark', 'a.ndjson', `\ufeff\r\n${jsonLines.replace('\n', '\r\n\r\n')}\r\n`],
  ['JSON Lines called .json', 'a.json', `${jsonLines}\n`],
  ['an array', 'a.json', JSON.stringify(rows)],
  ['an array over several lines, called .jsonl', 'a.jsonl', `\ufeff \n${JSON.stringify(rows, null, 2)}\n`],
  ['an object with data', 'a.json', JSON.stringify({ version: 1, data: rows })],
  ['an object with data over several lines', 'a.json', JSON.stringify({ data: rows }, null, 1)],
])('%s', async (_, name, content) => {
  expect(await read(name, content)).toMatchObject({ texts: rows.map((row) => row.text), labels: [1, 2] })
})

test('rows of JSON Lines know their lines', async () => {
  expect([...(await read('a.jsonl', '\n{"text":"a"}\n\n\n{"text":"b"}')).lines ?? []]).toEqual([2, 5])
})

test('lines longer than the pieces in which the file is read', async () => {
  const text = 'ü'.repeat(1 << 20)
  expect((await read('a.jsonl', `${JSON.stringify({ text })}\n{"text":"b"}\n`)).texts).toEqual([text, 'b'])
})

test('columns are those of the rows together; a row without one has nothing there', async () => {
  const table = await openJson(fileWith('a.jsonl', '{"text":"a"}\n{"label":true,"constructor":1}\n'))
  expect(table.columns).toEqual(['text', 'label', 'constructor'])
  expect(await table.read('constructor', 'label')).toMatchObject({ texts: [undefined, 1], labels: [undefined, true] })
})

test.each([
  ['a.jsonl', '{"text":"a"}\n\n{"text":"b"\n', 'row 2 (line 3) is not JSON'],
  ['a.jsonl', '{"text":"a"}\n["b"]\n', 'row 2: a row must be an object'],
  ['a.json', '[{"text":"a"},\n{"text":"b" "label":1}]', 'line 2 is not JSON'],
  ['a.json', `[\n${'{"text":"a"},\n'.repeat(9)}{"text":tru},\n${'{"text":"a"},\n'.repeat(9)}{}]`, 'line 11 is not JSON'],
  ['a.json', '[{"text":"a"},\n{"text":"b"},\n', 'the document is not JSON'],
  ['a.json', '{"text":"a",\n"label" 1}\n', 'line 2 is not JSON'],
  ['a.json', '[{"text":"a"}, 3]', 'row 2: a row must be an object'],
])('%s: %j', async (name, content, message) => {
  await expect(read(name, content)).rejects.toThrow(`${name}, ${message}`)
})

test.each(['a.jsonl', 'a.json'])('bytes that are no UTF-8 in %s', async (name) => {
  const lines = Buffer.from('{"text":"a"},\n{"text":"caf\xe9"}', 'latin1')
  const content = name === 'a.json' ? Buffer.concat([Buffer.from('['), lines, Buffer.from(']')]) : Buffer.from(lines.toString('latin1').replace(',\n', '\n'), 'latin1')
  await expect(read(name, content)).rejects.toThrow(`${name}, ${name === 'a.json' ? 'line' : 'row'} 2 is not UTF-8`)
})
