import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import { shared } from '../shared.ts'
import { ask } from './witness.ts'

interface Rows { label_names: string[]; train: SplitRows; evaluation: SplitRows }
interface SplitRows { texts: string[]; labels: number[] }

test('the rows of a CSV file, its label names and its own evaluation split are those that datasets makes of it', async () => {
  const file = 'embedded/news-sample/train.csv'
  expect(await ours({ dataset: [file], test_size: 0.25, seed: 7 })).toEqual(ask('rows.py', { csv: file, test_size: 0.25, seed: 7 }))
})

test.skipIf(!shared)('max_train_samples and max_eval_samples of AG News pick the rows of shuffle(seed=42).select(range(1000))', async () => {
  const folder = join(shared!, 'ag_news/ag_news_partial')
  expect(await ours({ dataset: [folder], max_train_samples: 1000, max_eval_samples: 1000 })).toEqual(ask('rows.py', { parquet: folder, max_samples: 1000 }))
})

async function ours(options: Parameters<typeof loadDataset>[0]): Promise<Rows> {
  const { labelNames, train, evaluation } = await loadDataset(options)
  const rows = ({ texts, labels }: typeof train): SplitRows => ({ texts, labels: [...labels] })
  return { label_names: labelNames, train: rows(train), evaluation: rows(evaluation) }
}
