/** What a form calls a setting. */
import type { SettingName } from './settings.ts'

/** Where the setting's own name is not plain. */
const words: Partial<Record<SettingName, string>> = {
  num_train_epochs: 'Epochs',
  per_device_train_batch_size: 'Batch size',
  test_size: 'Share set aside',
  max_train_samples: 'Training rows at most',
  max_eval_samples: 'Evaluation rows at most',
  max_length: 'Longest text',
  max_steps: 'Steps at most',
  fp16: 'Half precision (fp16)',
  bf16: 'bfloat16',
  lr_scheduler_type: 'Learning rate schedule',
  max_grad_norm: 'Gradient clipped to norm',
  metric_for_best_model: 'Best model by',
  greater_is_better: 'Greater is better',
}

/** Plain words, in English: `per_device_eval_batch_size` is `Eval batch size`. */
export function settingWords(name: SettingName): string {
  if (words[name]) return words[name]
  const own = name.replace(/^per_device_/, '').replaceAll('_', ' ')
  return own[0].toUpperCase() + own.slice(1)
}
