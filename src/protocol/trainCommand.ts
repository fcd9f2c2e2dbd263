/** The command that starts, or continues, a run with given settings. */
import { checkSettings } from './checkSettings.ts'
import { quick } from './presets.ts'
import { shown } from './settingName.ts'
import { settingNames } from './settings.ts'
import type { SettingName, Settings } from './settings.ts'

/**
 * `finetune train --name value …` with what is no default, quoted for a POSIX shell. Given again it has equal settings, so it
 * continues an unfinished run.
 */
export function trainCommand(settings: Settings): string {
  const { model_name_or_path, dataset } = settings
  const isQuick = model_name_or_path === quick.model_name_or_path && same(dataset, quick.dataset)
  const defaults = checkSettings(isQuick ? quick : { model_name_or_path, dataset })
  const names = settingNames.filter((name) => isSource(name) ? !isQuick : !same(valueOf(settings, name), valueOf(defaults, name)))
  return ['finetune train', ...names.filter((name) => name !== 'resume_from_checkpoint').map((name) => flag(name, valueOf(settings, name)))].join(' ')
}

function isSource(name: SettingName): boolean {
  return name === 'model_name_or_path' || name === 'dataset'
}

function valueOf(settings: Settings, name: SettingName): unknown {
  return (settings as Partial<Record<SettingName, unknown>>)[name]
}

function flag(name: SettingName, value: unknown): string {
  return [`--${name}`, ...[value].flat().map((word) => quoted(shown(word)))].join(' ')
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** A word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`
}
