/** Which settings of two runs differ, so that a run is only ever continued with its own. */
import { resolve } from 'node:path'
import { shown } from './settingName.ts'
import { settingNames } from './settings.ts'
import type { SettingName, Settings } from './settings.ts'

export interface Difference {
  setting: SettingName
  old: string
  new: string
}

/** Where the run lies, how it is continued and on what device are not part of what it computes. */
const withoutEffect: readonly SettingName[] = ['output_dir', 'resume_from_checkpoint', 'device']

/** The settings that change a run's result and differ, in the order of help. Paths are compared as places, not as text. */
export function settingsDifference(before: Settings, after: Settings): Difference[] {
  return settingNames.filter((name) => !withoutEffect.includes(name)).flatMap((setting) => {
    const [old, now] = [comparable(setting, before), comparable(setting, after)]
    return old === now ? [] : [{ setting, old: asText(setting, before), new: asText(setting, after) }]
  })
}

/** `learning_rate: 2e-5 → 0.0001, seed: 42 → 7`. */
export function differenceText(differences: readonly Difference[]): string {
  return differences.map(({ setting, old, new: now }) => `${setting}: ${old} → ${now}`).join(', ')
}

function comparable(setting: SettingName, settings: Settings): string {
  if (setting === 'dataset') return JSON.stringify(settings.dataset.map((path) => resolve(path)))
  if (setting === 'model_name_or_path') return resolve(settings.model_name_or_path)
  if (setting === 'validation_file' && settings.validation_file !== null) return resolve(settings.validation_file)
  return asText(setting, settings)
}

function asText(setting: SettingName, settings: Settings): string {
  const value = (settings as Partial<Record<SettingName, unknown>>)[setting] ?? null
  return Array.isArray(value) ? value.join(' ') : shown(value)
}
