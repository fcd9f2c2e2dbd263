import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { labelEdits, records } from '../../src/data/csvEdits.ts'
import type { CsvColumns } from '../../src/data/csvEdits.ts'

const columns: CsvColumns = { delimiter: ',', text: 0, label: 1 }

function edited(csv: string, labels: Record<string, string>, given = columns): string {
  const edits = labelEdits(csv, given, (text) => labels[text])
  return edits.toReversed().reduce((text, { start, end, text: cell }) => text.slice(0, start) + cell + text.slice(end), csv)
}

test('only the label cells change: quotes and line ends stay', () => {
  const csv = '\ufefftext,label,note\r\n"tea, hot",cold,"a\nb"\r\nice,"cold",x\r\n\r\nsun,warm,\n"say ""hi""",cold,'
  expect(edited(csv, { 'tea, hot': 'warm', ice: 'frozen', 'say "hi"': 'warm', label: 'never' }))
    .toBe('\ufefftext,label,note\r\n"tea, hot",warm,"a\nb"\r\nice,"frozen",x\r\n\r\nsun,warm,\n"say ""hi""",warm,')
  expect(edited(csv, {})).toBe(csv)
})

test('a label that needs quotes gets them', () => {
  expect(edited('text,label\na,b\n', { a: 'x, "y"' })).toBe('text,label\na,"x, ""y"""\n')
  expect(edited('label;text\nb;a\n', { a: 'x;y' }, { delimiter: ';', text: 1, label: 0 })).toBe('label;text\n"x;y";a\n')
})

test('a row that has the label already is no edit', () => {
  expect(labelEdits('text,label\na,b\na,c\n', columns, () => 'b')).toEqual([{ start: 17, end: 18, text: 'b' }])
})

test.each(['a,b\n1,2\n', 'a,b\r\n"1\r\n2",\r\n\r\n3,"4"', '"a","b"\r"x ""y""",z\r', 'a\n\n"",\n,\n', '"",b\n"c"\n,\n', 'a,b', ''])('cells are those that csv-parse reads: %j', (csv) => {
  const options = { record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true, relax_column_count: true }
  expect([...records(csv, ',')].map((cells) => cells.map(({ value }) => value))).toEqual(parse(csv, options))
})

test('offsets are those of the cells in the text', () => {
  const csv = 'a\t"b\tc"\nd\te\n'
  expect([...records(csv, '\t')].flat().map(({ start, end }) => csv.slice(start, end))).toEqual(['a', '"b\tc"', 'd', 'e'])
})
