/** At which field of the form a mistake can be put right. */
import type { SettingName } from './settings.ts'

export type FormField = SettingName | 'model' | 'data' | 'evaluation'

const fields: Readonly<Record<string, FormField>> = {
  'settings.fp16-and-bf16': 'bf16',
  'settings.strategies-differ': 'eval_strategy',
  'settings.save-steps': 'save_steps',
  'settings.metric': 'metric_for_best_model',
  'data.test-size': 'test_size',
  'data.too-few-rows': 'test_size',
  'data.same-column': 'label_column',
  'data.many-labels': 'label_column',
  'data.one-class': 'label_column',
  'publish.exists': 'hub_model_id',
  'publish.is-public': 'hub_model_id',
  'publish.name': 'hub_model_id',
  'publish.name-taken': 'hub_model_id',
  'tokenizer.max-length': 'max_length',
  'tokenizer.no-room': 'max_length',
}

/** @param evaluation paths of the data that is chosen to evaluate on */
export function mistakeField({ code, args }: { code: string, args: Readonly<Record<string, string | number>> }, evaluation: readonly string[] = []): FormField | undefined {
  if (Object.hasOwn(fields, code)) return fields[code]
  if (typeof args.setting === 'string') return args.setting as SettingName
  if (evaluation.some((path) => [args.file, args.path, args.folder].some((place) => String(place).startsWith(path)))) return 'evaluation'
  if (args.type === 'dataset') return 'data'
  const [area] = code.split('.')
  if (area === 'data') return 'data'
  return area === 'model' || area === 'tokenizer' ? 'model' : undefined
}
