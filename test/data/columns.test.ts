import { expect, test } from 'vitest'
import { findColumns } from '../../src/data/columns.ts'
import type { Table } from '../../src/data/table.ts'

function table(columns: string[], classLabels: string[] = []): Table {
  const classNames = new Map(classLabels.map((column) => [column, ['a', 'b']]))
  return { file: 'a.csv', columns, classNames, read: () => Promise.reject(new Error('not read')), async* records() {} }
}

test.each([
  ['AG News', ['text', 'label'], 'text', 'label'],
  ['SST-2', ['idx', 'sentence', 'label'], 'sentence', 'label'],
  ['text beside a title', ['id', 'title', 'text', 'label', 'label_text'], 'text', 'label'],
  ['case and stray spaces', ['\tText ', ' LABEL'], '\tText ', ' LABEL'],
  ['SMS spam', ['Category', 'Message'], 'Message', 'Category'],
  ['two columns, one known', ['v1', 'text'], 'text', 'v1'],
  ['two columns, the other known', ['sentiment', 'v2'], 'v2', 'sentiment'],
  ['an index column', ['', 'review', 'sentiment'], 'review', 'sentiment'],
  ['label before labels', ['text', 'labels', 'label'], 'text', 'label'],
])('%s', (_, columns, text, label) => {
  expect(findColumns(table(columns), {})).toEqual({ text_column: text, label_column: label })
})

test('the only ClassLabel is the label, even beside a usual name', () => {
  expect(findColumns(table(['question', 'coarse', 'topic'], ['coarse']), {}).label_column).toBe('coarse')
})

test('named columns are taken, exactly or without case and spaces', () => {
  const columns = table(['text', 'Text ', 'label', 'Topic '])
  expect(findColumns(columns, { text_column: 'Text ', label_column: 'topic' })).toEqual({ text_column: 'Text ', label_column: 'Topic ' })
  expect(findColumns(table(['title', 'category']), { label_column: 'title', text_column: null })).toEqual({ text_column: 'category', label_column: 'title' })
})

test.each([
  [['text', 'label'], { text_column: 'body' }, 'a.csv has no column "body", its columns are "text", "label": set --text_column'],
  [['text', 'label'], { label_column: 'x' }, 'a.csv has no column "x", its columns are "text", "label": set --label_column'],
  [['text', 'label'], { text_column: 'label' }, 'the column "label" cannot be both text and label'],
  [['title', 'content', 'label'], {}, 'a.csv has several columns that could be the text_column ("title", "content")'],
  [['text', 'category', 'topic'], {}, 'a.csv has several columns that could be the label_column ("category", "topic")'],
  [['text', 'text', 'label'], {}, 'a.csv has several columns that could be the text_column ("text", "text")'],
  [['text', 'text', 'label'], { text_column: 'text' }, 'a.csv has several columns that could be the text_column ("text", "text")'],
  [['premise', 'hypothesis', 'label'], {}, 'a.csv has no column that is known as the text_column, its columns are "premise", "hypothesis", "label"'],
  [['text', 'a', 'b'], {}, 'a.csv has no column that is known as the label_column'],
  [['3', 'Wall St. Bears Claw Back Into the Black'], {}, 'its columns are "3", "Wall St. Bears Claw Back Into the Black"'],
  [[], {}, 'a.csv has no column that is known as the text_column'],
])('%j with %j is refused', (columns, named, message) => {
  expect(() => findColumns(table(columns), named)).toThrow(message)
})

test('several ClassLabels are not guessed among', () => {
  expect(() => findColumns(table(['text', 'coarse', 'fine'], ['coarse', 'fine']), {})).toThrow('no column that is known as the label_column')
})
