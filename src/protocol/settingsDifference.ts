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

/** Where the run lies, how it is continued, on what device, and what is done with the result are not part of what it computes. */
const withoutEffect: readonly SettingName[] = ['output_dir', 'resume_from_checkpoint', 'device', 'push_to_hub', 'hub_model_id', 'hub_private_repo', 'hub_strategy']

/** A setting in which runs differ, with its value in each. */
export interface DifferingSetting {
  setting: SettingName
  values: string[]
}

/** The settings that change a run's result and differ, in the order of help. Paths are compared as places, not as text. */
export function settingsDifference(before: Settings, after: Settings): Difference[] {
  return differingSettings([before, after]).map(({ setting, values: [old, now] }) => ({ setting, old, new: now }))
}

/** The same for several runs. */
export function differingSettings(runs: readonly Settings[]): DifferingSetting[] {
  return settingNames.filter((name) => !withoutEffect.includes(name)).flatMap((setting) => {
    const differs = new Set(runs.map((settings) => comparable(setting, settings))).size > 1
    return differs ? [{ setting, values: runs.map((settings) => asText(setting, settings)) }] : []
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
