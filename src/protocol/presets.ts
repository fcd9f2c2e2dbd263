/** Settings that go together. The defaults of the schema are the tutorial's; `quick` is what a plain `npm start` trains. */
import { packageFile } from './packageRoot.ts'
import type { GivenSettings } from './settings.ts'

/** The embedded small encoder on the embedded News sample: seconds on a laptop, without a network. */
export const quick: Readonly<GivenSettings> = {
  model_name_or_path: packageFile('embedded', 'news-mini'),
  dataset: [packageFile('embedded', 'news-sample')],
  output_dir: 'news-mini-finetuned',
  learning_rate: 3e-4,
  per_device_train_batch_size: 16,
  num_train_epochs: 3,
}

/** What a person gave, on top of `quick` when it names neither model nor data. */
export function withPreset(given: Readonly<Record<string, unknown>>): { preset: 'quick' | 'tutorial'; given: Record<string, unknown> } {
  if (given.model_name_or_path === undefined && given.dataset === undefined) return { preset: 'quick', given: { ...quick, ...given } }
  return { preset: 'tutorial', given: { ...given } }
}
