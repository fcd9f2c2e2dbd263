import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alteredCopy, type Alteration } from './alteredCopy.ts'
import { run } from './run.ts'

const cases: [string, Alteration, RegExp][] = [
  ['padding at the left', { batches: ([{ attention_mask }]) => attention_mask.forEach((row) => { row[0] = 0 }) }, /batches\.json: batch 0, row 0: the padding is not all at the right/],
  ['pairs of texts', { batches: ([batch]) => { batch.token_type_ids = batch.input_ids.map((row) => row.map(() => 1)) } }, /batch 0, row 0: token_type_ids other than 0/],
  ['a label beyond the model\'s', { batches: ([{ labels }]) => { labels[1] = 4 } }, /batch 0, row 1: label 4, where the model has 4/],
  ['labels of another problem type', { batches: ([{ labels }]) => { (labels as unknown[])[1] = [0, 1, 0, 1] } }, /batch 0, row 1: labels \[0, 1, 0, 1\], where config\.json says single_label_classification of 4/],
  ['a token beyond the model\'s', { batches: ([, { input_ids }]) => { input_ids[0][1] = 600 } }, /batch 1, row 0: a token beyond the model's 600/],
  ['more tokens than places', { config: { max_position_embeddings: 8 } }, /position_embeddings\.weight is \[64,32\], but config\.json makes it \[8,32\]/],
  ['a setting that is none', { args: { lr_scheduler_type: 'polynomial' } }, /meta\.json: lr2e-5: args: lr_scheduler_type must be one of/],
  ['a setting of Trainer\'s that we have not', { args: { label_smoothing_factor: 0.1 } }, /args: label_smoothing_factor 0\.1 is a setting of Hugging Face's that is not supported/],
  ['a parameter without tolerance', { meta: ({ tolerances }) => { delete (tolerances.grads_step1_abs as Record<string, number>)['classifier.bias'] } }, /grads_step1\.safetensors says nothing of classifier\.bias/],
  ['no tolerance for the loss', { meta: ({ runs }) => { delete runs['lr2e-5'].tolerances.loss_abs } }, /meta\.json: runs\.lr2e-5\.tolerances\.loss_abs: /],
  ['a run named like a path', { meta: (meta) => { meta.runs['../bert'] = meta.runs['lr2e-5'] } }, /meta\.json: runs\.\.\.\/bert: /],
  ['a batch more than there are logits', { batches: (batches) => { batches.push(batches[0]) } }, /logits_before\.json has logits of 5 batches, of 6/],
  ['a gradient of another step', { meta: ({ runs }) => { for (const { steps } of Object.values(runs)) steps[0].grad_norm = 1 } }, /grads_step1\.safetensors is of no run's first step/],
  ['another family', { config: { model_type: 'gpt2' } }, /gpt2 is not supported/],
]

test.each(cases)('%s is one clear line and exit code 2', async (_, alteration, line) => {
  const { code, complaints } = await run(await alteredCopy('distilbert', alteration))
  expect(complaints).toEqual([expect.stringMatching(line)])
  expect(code).toBe(2)
})

test.each(['meta.json', 'batches.json', 'grads_step1.safetensors', 'params_after_lr5e-4.safetensors', 'logits_before.json', 'model.safetensors'])('%s missing', async (file) => {
  const folder = await alteredCopy('bert', {})
  rmSync(join(folder, file))
  const { code, complaints } = await run(folder)
  expect(complaints.length).toBe(1)
  expect(complaints[0]).toMatch(/^golden: /)
  expect(code).toBe(2)
})

test('one that cannot be read does not keep the others from being checked', async () => {
  const { code, lines, complaints } = await run('nothing', join(import.meta.dirname, 'distilbert'))
  expect(complaints).toEqual(['golden: no file or folder at nothing'])
  expect(lines[0]).toMatch(/distilbert/)
  expect(code).toBe(2)
})

test('an unknown option or none at all', async () => {
  expect(await run('--layuot', 'packed')).toMatchObject({ code: 2, complaints: [expect.stringMatching(/--layuot/)] })
  expect(await run('--layout', 'sparse', 'x')).toMatchObject({ code: 2, complaints: [expect.stringMatching(/--layout: /)] })
  expect(await run()).toMatchObject({ code: 2, complaints: [expect.stringMatching(/give a golden folder/)] })
})
