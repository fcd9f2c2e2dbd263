import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { plain } from '../../src/publish/markdown.ts'
import { preparePublication, suggestedName } from '../../src/publish/publication.ts'
import { dataSource, modelSource } from '../../src/publish/sources.ts'
import { checkCard } from '../hub/cards.ts'
import { startHub } from '../hub/hub.ts'
import { finishedRun, hostileLabels } from './run.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'finetune-card-')))
  return () => rm(folder, { recursive: true })
})

async function published(options: Parameters<typeof finishedRun>[1] = {}): Promise<Record<string, string | { file: string }>> {
  await finishedRun(folder, options)
  const { files } = await preparePublication(folder, 'mara/tickets')
  return Object.fromEntries(files.map(({ path, content }) => [path, content]))
}

test('only the files that are named go up, each from the run folder\'s top', async () => {
  const files = await published()
  expect(Object.keys(files)).toEqual(['README.md', 'training_settings.json', 'config.json', 'model.safetensors', 'tokenizer.json', 'onnx/model.onnx'])
  expect(files['model.safetensors']).toEqual({ file: join(folder, 'model.safetensors') })
})

test.each(['tokenizer.json', 'model.safetensors', 'onnx', 'predictions.jsonl'])('a run folder in which %s is a link is not published: it could lead to any file of this machine', async (name) => {
  await finishedRun(folder)
  const outside = await mkdtemp(join(tmpdir(), 'finetune-outside-'))
  await rename(join(folder, name), join(outside, name))
  await symlink(join(outside, name), join(folder, name))
  await expect(preparePublication(folder, 'mara/tickets', name === 'predictions.jsonl')).rejects.toMatchObject({ code: 'publish.link' })
  await rm(outside, { recursive: true })
})

test('the run folder itself may be called by a link', async () => {
  await finishedRun(folder)
  const link = `${folder}-link`
  await symlink(folder, link)
  await expect(preparePublication(link, 'mara/tickets')).resolves.toMatchObject({ files: { length: 6 } })
  await rm(link)
})

test('labels are shown as they are, and are no markup, link or table', async () => {
  const card = (await published())['README.md'] as string
  const body = card.slice(card.indexOf('# tickets'))
  expect(body).not.toMatch(/<script|!\[|\(https:\/\/evil|https:\/\/evil|@mara|\{\{/)
  for (const line of body.split('\n').filter((each) => each.startsWith('|'))) expect(line.endsWith('|'), line).toBe(true)
  const labels = body.split('\n').filter((line) => /^\| \d \|/.test(line))
  expect(labels.map((line) => line.split('|').length)).toEqual([6, 6, 6, 6, 6])
  expect(labels.map((line) => decoded(line.split(' | ')[1]!))).toEqual(hostileLabels.map((label) => label.replace(/\n/g, ' ')))
  expect(body.match(/^#+ .*$/gm)).toEqual(['# tickets', '## Labels', '## Evaluation', '## Training', '## Use', '## Limits'])
})

test('rows of the data are shown where they are asked for, one of each label, as text, and else nowhere', async () => {
  await published()
  const rows = [{ text: `<img src=x> | ${'ä'.repeat(300)}`, label: 'no' }, { text: 'second of its label', label: 'no' }, { text: '# short', label: '![x](https://evil.test/x.png)' }]
  await writeFile(join(folder, 'predictions.jsonl'), rows.map((row, index) => `${JSON.stringify({ file: '/home/mara/data/tickets.csv', row: index + 1, predicted: 'no', score: 1, ...row })}\n`).join(''))
  const cards = await Promise.all([true, false].map(async (asked) => (await preparePublication(folder, 'mara/tickets', asked)).files[0]!.content as string))
  const shown = /## Examples\n\n.*\n\n([^]*?)\n\n## /.exec(cards[0]!)![1]!.split('\n').slice(2).map((line) => decoded(line))
  expect(shown).toEqual([`| no | <img src=x> | ${'ä'.repeat(186)}… |`, '| ![x](https://evil.test/x.png) | # short |'])
  expect(cards[0]).not.toMatch(/<img|second of its label|\/home/)
  expect(cards[1]).not.toMatch(/Examples|short/)
  expect(checkCard(cards[0]!)).toEqual({ errors: [], warnings: [] })
})

test('the metadata is valid, in the YAML that Python reads, and says what was measured', async () => {
  const card = (await published())['README.md'] as string
  expect(checkCard(card)).toEqual({ errors: [], warnings: [] })
  const metadata = parse(/^---\n([\s\S]*?)---\n/.exec(card)![1]!, { version: '1.1' }) as Record<string, unknown>
  expect(metadata).toMatchObject({ library_name: 'transformers', pipeline_tag: 'text-classification', metrics: ['accuracy', 'f1'] })
  expect(metadata['model-index']).toMatchObject([{ name: 'tickets', results: [{
    dataset: { type: 'tickets', name: 'tickets.csv' }, metrics: [{ type: 'accuracy', value: 0.9 }, { type: 'f1', value: 0.88 }, { type: 'loss', value: 0.5 }],
  }] }])
})

test('names and licences that YAML 1.1 would read as something else stay text', async () => {
  const card = (await published({ dataset: '/data/no', model: '/models/1_0' }))['README.md'] as string
  const { 'model-index': [{ results: [{ dataset }] }] } = parse(/^---\n([\s\S]*?)---\n/.exec(card)![1]!, { version: '1.1' }) as { 'model-index': [{ results: [{ dataset: unknown }] }] }
  expect(dataset).toEqual({ type: 'no', name: 'no' })
})

test('the card tells quality, training, use and limits', async () => {
  const card = decoded((await published({ labels: ['bug', 'wish'] }))['README.md'] as string)
  for (const said of [
    'This is base, fine-tuned on tickets.csv to sort a text under one of 2 labels: **bug**, **wish**. It is right for 90.0% (± 5.0 points, 95% interval) of 50 texts',
    '| 0 | bug | 20 | 10 |', '| ● | 1 | 10 | 0.7000 | 0.5000 | 0.9000 | 0.8800 |', '|  | 2 | 20 |  |  | 0.8000 | 0.8800 |', '| **wish** | 1 | 8 |',
    '| Base model | base, licence: not known |', '| Hardware | Some CPU, 2 threads, linux x64 |', '| Time | 1 h 30 min |', '| `learning_rate` | 0.00002 |',
    'pipeline("text-classification", model="mara/tickets")', 'pipeline(\'text-classification\', "mara/tickets", { dtype: \'fp32\' })',
    'It reads the first 128 tokens of a text and not the rest; 25.0% of the texts in training were longer.', 'It is weakest at wish (F1 0.8400 over 10 rows).',
  ]) expect(card).toContain(said)
})

test('settings that were chosen are shown beside the usual ones, others are not', async () => {
  const settings = { fp16: true, save_total_limit: 3, test_size: 0.25, dataset_config_name: 'en', validation_split_name: 'held_out' }
  const card = (await published({ labels: ['a', 'b'], settings, device: 'cuda' }))['README.md'] as string
  const text = decoded(card)
  for (const line of ['fp16` | true', 'bf16` | false', 'load_best_model_at_end` | true', 'metric_for_best_model` | accuracy', 'seed` | 42', 'save_total_limit` | 3', 'test_size` | 0.25']) expect(text).toContain(`| \`${line} |`)
  expect(text).not.toMatch(/`(logging_steps|save_steps|hub_|push_|output_dir|dataset`|model_name_or_path)/)
  expect(text).toContain('| Hardware | cuda, Some CPU, 2 threads, linux x64 |')
  expect(card).toContain('          type: tickets\n          name: tickets.csv\n          config: en\n          split: held_out\n')
  expect(checkCard(card)).toEqual({ errors: [], warnings: [] })
})

test('a confusion matrix that nobody could read is said to be left out', async () => {
  const card = (await published({ labels: Array.from({ length: 21 }, (_, index) => `label ${index}`) }))['README.md'] as string
  expect(decoded(card)).toContain('The confusion matrix is left out: with 21 labels it is too large to be read.')
})

test('the language is that of the data\'s card, and none where that names none', async () => {
  for (const [language, expected] of [['no', ['no']], ['[en, deu]', ['en', 'deu']], ['[English]', undefined], ['[]', undefined], ['a\nlicense: mit', undefined]] as const) {
    await writeFile(join(folder, 'README.md'), `---\nlanguage: ${language}\n---\n`)
    expect((await dataSource([folder])).language, language).toEqual(expected)
  }
  const data = join(folder, 'data')
  await mkdir(data)
  await writeFile(join(data, 'README.md'), '---\nlanguage: no\n---\n')
  const card = (await published({ dataset: join(data, 'tickets.csv') }))['README.md'] as string
  expect(card).toContain('language:\n  - "no"\n')
  expect(checkCard(card)).toEqual({ errors: [], warnings: [] })
})

test('several labels for a text, and numbers, are told as what they are', async () => {
  const several = decoded((await published({ labels: ['bug', 'wish'], problemType: 'multi_label_classification', measures: { eval_f1_micro: 0.87, confusion_matrix: [] } }))['README.md'] as string)
  expect(several).toContain('to give a text those of 2 labels that apply: **bug**, **wish**. All labels are right for 90.0%')
  expect(several).toContain('micro F1 is 0.8700')
  expect(several).not.toMatch(/Rows by their label|one of its labels/)
  expect(several).toContain('print(classifier("Type a text here", top_k=None, function_to_apply="sigmoid"))')
  const regression = { eval_accuracy: null, eval_accuracy_margin: null, eval_f1: null, eval_mae: 0.25, eval_pearson: 0.91, eval_spearmanr: 0.9, per_class: [], confusion_matrix: [] }
  const numbers = decoded((await published({ labels: ['LABEL_0'], problemType: 'regression', measures: regression }))['README.md'] as string)
  expect(numbers).toContain('to give a text a number. Over 50 texts that it was not trained on it is off by 0.2500 on average, with a correlation (Pearson) of 0.9100.')
  expect(numbers).toContain('| Mean absolute error | Pearson | Spearman |')
  expect(numbers).not.toMatch(/## Labels|Precision|weakest/)
  expect(numbers).toContain('print(classifier("Type a text here", function_to_apply="none"))')
  expect(numbers).toContain('const name = "mara/tickets"\n')
  expect(numbers).not.toContain('await pipeline(')
  expect(checkCard(numbers)).toEqual({ errors: [], warnings: [] })
})

test('nothing that goes up names a place of this machine', async () => {
  const files = await published()
  const texts = [files['README.md'], files['training_settings.json']].join('\n')
  expect(texts).not.toContain('/home/mara')
  expect(texts).not.toContain(folder)
  expect(JSON.parse(files['training_settings.json'] as string)).toMatchObject({ model_name_or_path: 'base', dataset: 'tickets.csv', learning_rate: 2e-5 })
  expect(texts).not.toMatch(/output_dir|push_to_hub/)
})

test('models and data of the shared cache are named as on the Hub, with revision and licence', async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567'
  const model = join(folder, 'models--distilbert--distilbert-base-uncased', 'snapshots', commit)
  const data = join(folder, 'datasets--ag_news', 'snapshots', commit)
  for (const each of [model, data]) await mkdir(each, { recursive: true })
  await writeFile(join(model, 'README.md'), '---\nlicense: apache-2.0\n---\n')
  await writeFile(join(data, 'README.md'), '---\nlicense: [unknown]\n---\n')
  expect(await modelSource(model)).toEqual({ name: 'distilbert/distilbert-base-uncased', hub: { id: 'distilbert/distilbert-base-uncased', revision: commit }, license: 'apache-2.0' })
  expect(await dataSource([join(data, 'data', 'train.parquet')])).toEqual({ name: 'ag_news', hub: { id: 'ag_news', revision: commit }, license: 'unknown' })
  expect(await dataSource(['/data/a.csv', '/data/b.csv'])).toEqual({ name: 'a.csv, b.csv', license: undefined })
  const card = (await published({ model, dataset: data }))['README.md'] as string
  expect(card).toContain(`base_model: distilbert/distilbert-base-uncased\nbase_model_relation: finetune\ndatasets:\n  - ag_news\n`)
  expect(card).toContain(`[distilbert/distilbert-base-uncased](https://huggingface.co/distilbert/distilbert-base-uncased) at \`${commit}\``)
})

test('the licence of a source whose card was not downloaded is asked of the Hub', async () => {
  const hub = await startHub()
  await hub.add('model', 'someone/base', { 'README.md': '---\nlicense: mit\n---\n' })
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  vi.stubEnv('HF_HOME', folder)
  const origin = { id: 'someone/base', revision: 'main', commit: '0123456789abcdef0123456789abcdef01234567' }
  expect(await modelSource('someone/base', origin)).toEqual({ name: 'someone/base', hub: { id: 'someone/base', revision: origin.commit }, license: 'mit' })
  expect((await modelSource('someone/else', { ...origin, id: 'someone/else' })).license).toBeUndefined()
  vi.stubEnv('HF_HUB_OFFLINE', '1')
  expect((await modelSource('someone/base', origin)).license).toBeUndefined()
  vi.unstubAllEnvs()
  await hub.close()
})

test('a run that is not finished cannot be published', async () => {
  await expect(published({ state: 'stopped' })).rejects.toMatchObject({ code: 'publish.unfinished' })
  await expect(preparePublication(join(folder, 'nothing'), 'mara/x')).rejects.toMatchObject({ code: 'publish.unfinished' })
})

test('a folder\'s name becomes one that a repository can have', () => {
  expect(['/runs/ag news--v2..git', '/runs/.hidden-', '/runs/日本', '/runs/fine.tuned_1'].map(suggestedName)).toEqual(['ag-news-v2', 'hidden', 'text-classifier', 'fine.tuned_1'])
})

test('plain text is itself once its references are read', () => {
  expect(plain('a-b.c, d/e')).toBe('a-b.c, d/e')
  expect(plain('www.evil.test')).toBe('www&#46;evil.test')
  expect(decoded(plain('*_`<>[]()#|~^&{}$:@!"\'\\'))).toBe('*_`<>[]()#|~^&{}$:@!"\'\\')
})

/** Character references as a browser reads them. */
function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}
