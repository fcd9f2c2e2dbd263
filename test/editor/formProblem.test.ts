// What the form says of mistakes: no flag, no variable to unset, files by their names.
import { expect, test, vi } from 'vitest'
import { ResponseError } from 'vscode-jsonrpc/node'
import { formProblem } from '../../src/editor/formProblem.ts'
import { fill, UserError } from '../../src/protocol/errors.ts'

vi.mock('vscode', () => ({ l10n: { t: (text: string, ...values: (string | number)[]) => values.length === 0 ? text : fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) } }))

const paths = { data: ['/home/ada/reviews.csv'], evaluation: ['/home/ada/held-out.csv'] }

test('what the Hub has and this machine has not is no mistake of a field', () => {
  expect(formProblem(new UserError('hub.not-cached', { type: 'dataset', name: 'fancyzhx/ag_news' }), paths)).toMatchObject({
    text: 'fancyzhx/ag_news is not on this machine yet, and the Hugging Face Hub is switched off here (HF_HUB_OFFLINE).', isAway: true,
  })
  expect(formProblem(new UserError('hub.not-looked-up', { type: 'dataset', name: 'a/b', reason: 'the Hub cannot be reached: check the network' }), paths)).toMatchObject({
    text: 'a/b is not on this machine yet, and the Hub cannot be reached: check the network', isAway: true,
  })
})

test('a run that could not begin is told with what can be done in the editor', () => {
  expect(formProblem(new UserError('run.cannot-write', { folder: '/data/run', reason: 'EACCES: permission denied, mkdir \'/data/run\'' }), paths)).toEqual({
    text: '/data/run cannot be written (EACCES: permission denied): make that place writable, or open another folder.', isAway: false,
  })
  expect(formProblem(new UserError('run.no-space', { what: 'this run', folder: '/data/run', needed: '83 MB', free: '1 MB' }), paths)).toMatchObject({
    text: 'The run needs 83 MB in /data/run, and 1 MB are free there: make room, or keep fewer checkpoints (save_total_limit).',
  })
})

test('a mistake of the worker has the field and the short name of its file', () => {
  const { code, args, message } = new UserError('data.column-not-found', { file: paths.data[0], setting: 'text_column', columns: 'a, b' })
  expect(formProblem(new ResponseError(1, message, { code, args }), paths)).toMatchObject({ setting: 'text_column', text: 'Which columns hold the texts and the labels? Choose them above.' })
  const wrong = new UserError('data.file-type', { file: paths.evaluation[0], extensions: '.csv' })
  expect(formProblem(new ResponseError(1, wrong.message, { code: wrong.code, args: wrong.args }), paths)).toMatchObject({ setting: 'evaluation', text: 'held-out.csv is of no type that can be read: give files that end in .csv' })
  expect(formProblem(new Error('a bug'), paths)).toBeUndefined()
})

test('a repository that is taken is told at its field, with what the editor can do about it', () => {
  for (const [code, args] of [['publish.exists', { name: 'mara/tickets', commit: 'c0' }], ['publish.is-public', { name: 'mara/tickets' }]] as const) {
    const problem = formProblem(new UserError(code, args as never), paths)
    expect(problem).toMatchObject({ setting: 'hub_model_id', text: expect.stringContaining('There is a repository mara/tickets') as string })
    expect(problem!.text).not.toMatch(/parent_commit|hub_private_repo/)
  }
})
