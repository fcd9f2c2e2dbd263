/** Names of settings as people write them: older names, names of TrainingArguments that are not supported, misspelt ones. */
import { distance } from 'fastest-levenshtein'
import { UserError } from './errors.ts'
import { settingNames } from './settings.ts'
import type { SettingName } from './settings.ts'
import { trainingArguments } from './trainingArguments.ts'

/** Other names of a setting, in older transformers and in run_classification.py. */
export const otherNames: Readonly<Record<string, SettingName>> = {
  evaluation_strategy: 'eval_strategy',
  model: 'model_name_or_path',
  dataset_name: 'dataset',
  text_column_name: 'text_column',
  text_column_names: 'text_column',
  label_column_name: 'label_column',
  max_seq_length: 'max_length',
}

/** Values that ask for what happens here anyway. */
const asHere: Readonly<Record<string, unknown[]>> = {
  do_train: [true],
  do_eval: [true],
  optim: ['adamw_torch'],
}

/**
 * The setting of that name, or null for one of TrainingArguments' that may be left out because `value` is its default there.
 * Throws a UserError for a name that is not supported or not known.
 */
export function settingOf(name: string, value: unknown): SettingName | null {
  if (isSetting(name)) return name
  if (Object.hasOwn(otherNames, name)) return otherNames[name]
  if (!Object.hasOwn(trainingArguments, name)) throw unknownSetting(name)
  const standard = trainingArguments[name]
  if ([standard, ...asHere[name] ?? []].some((accepted) => means(value, accepted))) return null
  if (name === 'hub_token') throw new UserError('settings.hub-token', {})
  throw new UserError('settings.not-supported', { setting: name, value: shown(value), standard: shown(standard) })
}

/** The error for a name that is no setting, with the one that may have been meant. */
export function unknownSetting(name: string): UserError {
  return new UserError('settings.unknown', { setting: name, nearest: nearestSetting(name) })
}

/** The first setting whose name contains `name` (`batch_size`, `epochs`), else the one with the least edits. */
export function nearestSetting(name: string): SettingName {
  const containing = name === '' ? undefined : settingNames.find((setting) => setting.includes(name))
  return containing ?? settingNames.reduce((best, setting) => distance(name, setting) < distance(name, best) ? setting : best)
}

/** A value as a message shows it: words as they are, small numbers as people write them (2e-5), everything else as JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}

/** The boolean that a word stands for, as HfArgumentParser reads it, or undefined. */
export function booleanOf(word: string): boolean | undefined {
  if (/^(yes|true|t|y|1)$/i.test(word)) return true
  if (/^(no|false|f|n|0)$/i.test(word)) return false
  return undefined
}

/** Whether a value, from JSON or as a word of a command line, means the same as `standard`. */
function means(value: unknown, standard: unknown): boolean {
  const word = String(value)
  if (standard === null) return value === null || word === 'None'
  if (typeof standard === 'boolean') return booleanOf(word) === standard
  if (typeof standard === 'number') return word.trim() !== '' && Number(word) === standard
  return word === String(standard)
}

function isSetting(name: string): name is SettingName {
  return (settingNames as string[]).includes(name)
}
