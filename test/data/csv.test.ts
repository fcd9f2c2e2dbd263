import { expect, test } from 'vitest'
import { openCsv } from '../../src/data/csv.ts'
import golden from '../golden/data/csv_cells.json' with { type: 'json' }
import { fileWith } from './files.ts'

async function read(name: string, content: string | Buffer) {
  const table = await openCsv(fileWith(name, content))
  return table.read('text', 'label')
}

test.each(golden.written)('odd cells written by Python as $extension come back', async ({ extension, content }) => {
  expect((await read(`odd.${extension}`, content)).texts).toEqual(golden.cells)
})

test.each(golden.reads)('rows as datasets reads them: %j', async ({ content, texts, labels }) => {
  const rows = await read('rows.csv', content)
  expect(rows.texts).toEqual(texts)
  expect(rows.labels.map(String)).toEqual(labels)
})

test('a row knows the line it begins on, past empty lines and line breaks in cells', async () => {
  const { lines } = await read('a.csv', 'text,label\r\n"a\r\nb\nc",x\r\n\r\n\r\nd,y\r\n"e\n\nf",z\r\ng,x')
  expect([...lines ?? []]).toEqual([2, 7, 8, 11])
})

test('rows longer than the pieces in which the file is read', async () => {
  const long = 'ü"\n,'.repeat(50_000)
  const { texts, lines } = await read('a.csv', `text,label\n"${long.replaceAll('"', '""')}",a\nshort,b\n`)
  expect(texts).toEqual([long, 'short'])
  expect([...lines ?? []]).toEqual([2, 50_003])
})

test.each([
  ['semicolons', 'text;label\n"a;b\t, c";x\n'],
  ['tabs', 'text\tlabel\n"a;b\t, c"\tx\n'],
])('Excel\'s %s are known by the header', async (_, content) => {
  expect(await read('a.csv', content)).toMatchObject({ texts: ['a;b\t, c'], labels: ['x'] })
})

test('whole numbers in the label column are integers, anything else leaves them strings', async () => {
  expect((await read('a.csv', 'text,label\na,10\nb,9\nc,-01\nd,2.0\n')).labels).toEqual([10, 9, -1, 2])
  expect((await read('a.csv', 'text,label\na,10\nb,\n')).labels).toEqual([10, undefined])
  expect((await read('a.csv', 'text,label\na,10\nb,9th\n')).labels).toEqual(['10', '9th'])
  expect((await read('a.csv', 'text,label\n1,x\n2,y\n')).texts).toEqual(['1', '2'])
})

test('a byte order mark and the quotes of the header are no part of a name', async () => {
  expect((await openCsv(fileWith('a.csv', '\ufeff"text", label ,\nx,y,\n'))).columns).toEqual(['text', ' label ', ''])
})

test.each([
  ['one cell too many', 'text,label\na,x\nb,y,z\nc,x\n', 'row 2 (line 3) is malformed: it has more or fewer cells'],
  ['one cell too few', 'text,label\n"a\nb",x\n\nb\nc,x\n', 'row 2 (line 5) is malformed: it has more or fewer cells'],
  ['a quote never closed', 'text,label\na,x\n"b,y\nc,x\n', 'row 2 (line 3) is malformed: a quote is opened and never closed'],
  ['text after a quote', 'text,label\na,x\n"b" c,y\n', 'row 2 (line 3) is malformed: text follows a closing quote'],
  ['a quote in a bare cell', 'text,label\na "b" c,x\n', 'row 1 (line 2) is malformed: a quote stands inside a cell without quotes'],
])('%s', async (_, content, message) => {
  await expect(read('a.csv', content)).rejects.toThrow(`a.csv, ${message}`)
})

test('a header with a quote never closed', async () => {
  await expect(openCsv(fileWith('a.csv', 'text,"label\na,x\n'))).rejects.toThrow('a.csv, the header is malformed: a quote')
})

test('bytes that are no UTF-8 are told by their row, in the columns that are read', async () => {
  const latin1 = (content: string) => Buffer.from(content, 'latin1')
  await expect(read('a.csv', latin1('text,label\na,x\ncaf\xe9,y\n'))).rejects.toThrow('a.csv, row 2 (line 3) is not UTF-8')
  await expect(read('a.csv', latin1('text,label\na,\xe9\n'))).rejects.toThrow('a.csv, row 1 (line 2) is not UTF-8')
  await expect(read('a.csv', latin1('t\xe9xt,label\na,x\n'))).rejects.toThrow('a.csv, the header is not UTF-8')
  expect((await read('a.csv', latin1('other,text,label\n\xe9,a,x\n'))).texts).toEqual(['a'])
})
