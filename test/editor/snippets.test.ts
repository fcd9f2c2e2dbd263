import { expect, test } from 'vitest'
import { javascriptSnippet, pythonSnippet } from '../../src/editor/snippets.ts'

const folders = ['/home/me/tickets-finetuned', 'C:\\Users\\me\\new runs', '/tmp/"); import os; os.system("x', "/it's/${here}/`x`", '/two\nlines\u2028\u202e', '/größe/模型/😀']

test.each(folders)('a folder called %j stays one string in both languages', (folder) => {
  const [python] = /model=(".*")\)$/m.exec(pythonSnippet(folder))!.slice(1)
  const [javascript] = /'text-classification', (".*"), \{ dtype/.exec(javascriptSnippet(folder))!.slice(1)
  // What JSON reads back is what both languages read: they share its escapes.
  expect(JSON.parse(python)).toBe(folder)
  expect(JSON.parse(javascript)).toBe(folder)
  expect(pythonSnippet(folder).trimEnd().split('\n')).toHaveLength(4)
  expect(javascriptSnippet(folder).trimEnd().split('\n')).toHaveLength(6)
  expect(python + javascript).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]*$/)
})

test('a program says which library reads which model', () => {
  expect(pythonSnippet('/run')).toContain('pipeline("text-classification", model="/run")')
  expect(javascriptSnippet('/run')).toContain("await pipeline('text-classification', \"/run\", { dtype: 'fp32' })")
})
