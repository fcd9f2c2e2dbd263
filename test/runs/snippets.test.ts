import { expect, test } from 'vitest'
import { problemTypes } from '../../src/protocol/problemType.ts'
import { javascriptSnippet, pythonSnippet } from '../../src/runs/snippets.ts'

const folders = ['/home/me/tickets-finetuned', 'C:\\Users\\me\\new runs', '/tmp/"); import os; os.system("x', "/it's/${here}/`x`", '/two\nlines\u2028\u202e', '/größe/模型/😀']

test.each(folders.flatMap((folder) => problemTypes.map((problemType) => [folder, problemType] as const)))('a folder called %j stays one string in both languages (%s)', (folder, problemType) => {
  const [python] = /model=(".*")\)$/m.exec(pythonSnippet(folder, problemType))!.slice(1)
  const [javascript] = /(?:'text-classification', |const name = )("(?:[^"\\]|\\.)*")/.exec(javascriptSnippet(folder, problemType, 'folder'))!.slice(1)
  // What JSON reads back is what both languages read: they share its escapes.
  expect(JSON.parse(python)).toBe(folder)
  expect(JSON.parse(javascript)).toBe(folder)
  expect(pythonSnippet(folder, problemType).trimEnd().split('\n')).toHaveLength(4)
  expect(javascriptSnippet(folder, problemType, 'folder').trimEnd().split('\n')).toHaveLength(problemType === 'regression' ? 9 : 6)
  expect(python + javascript).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]*$/)
})

test('a program says which library reads which model, and what becomes of its logits', () => {
  expect(pythonSnippet('/run', 'single_label_classification')).toContain('pipeline("text-classification", model="/run")')
  expect(pythonSnippet('/run', 'single_label_classification')).toContain('top_k=None)')
  expect(pythonSnippet('/run', 'multi_label_classification')).toContain('top_k=None, function_to_apply="sigmoid")')
  expect(pythonSnippet('/run', 'regression')).toContain('function_to_apply="none")')
  expect(javascriptSnippet('/run', 'multi_label_classification', 'folder')).toContain("await pipeline('text-classification', \"/run\", { dtype: 'fp32' })")
  expect(javascriptSnippet('/run', 'regression', 'folder')).not.toContain('pipeline')
})

test('a program downloads only where the model is on the Hub', () => {
  for (const problemType of problemTypes) {
    expect(javascriptSnippet('/run', problemType, 'folder')).toContain('env.allowRemoteModels = false')
    expect(javascriptSnippet('me/model', problemType, 'hub')).not.toContain('env')
  }
})
