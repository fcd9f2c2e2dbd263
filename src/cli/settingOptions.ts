/** The settings as options of a command, and back: the words of a command line as values of settings. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { booleanOf, otherNames, shown, unknownSetting } from '../protocol/settingName.ts'
import { defaultOf, settingGroups, settingNames, settingsSchema, valueType } from '../protocol/settings.ts'
import type { SettingName } from '../protocol/settings.ts'
import { trainingArguments } from '../protocol/trainingArguments.ts'

/** Adds an option for each of the settings, grouped in help. */
export function addSettingOptions(command: Command, names: readonly SettingName[] = settingNames): void {
  for (const [group, settings] of Object.entries(settingGroups)) {
    for (const name of Object.keys(settings) as SettingName[]) {
      if (names.includes(name)) command.addOption(settingOption(name).helpGroup(`${group}:`))
    }
  }
}

/** Lets a command read any name without showing it, so that the check of settings answers for those that are not supported. */
export function readAnyName(command: Command): void {
  const names = [...Object.keys(otherNames), ...Object.keys(trainingArguments)].filter((name) => !(settingNames as string[]).includes(name))
  for (const name of names) command.addOption(new Option(`--${name} [value...]`).hideHelp())
  command.allowUnknownOption()
}

/** Flags as commander knows them: `--learning-rate` is `--learning_rate`, `--no_name` is `--name=false`, as for HfArgumentParser. */
export function normalFlags(words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  return words.map((word, place) => {
    const flag = place < end ? /^--([^=]+)(=.*)?$/s.exec(word) : null
    if (!flag) return word
    const name = flag[1].replaceAll('-', '_')
    const positive = settingNames.find((setting) => name === `no_${setting}` && valueType(setting) instanceof z.ZodBoolean)
    return positive ? `--${positive}=false` : `--${name}${flag[2] ?? ''}`
  })
}

/** The settings among a command's options, as values: numbers and booleans are read where their setting has them. */
export function givenSettings(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isSetting = (name: string) => name in settingsSchema.shape || name in otherNames || name in trainingArguments
  return Object.fromEntries(Object.entries(options).filter(([name]) => isSetting(name)).map(([name, words]) => [name, valueOf(name, words)]))
}

/** The one word that may stand without an option, the settings file. Throws a UserError for any other, and for unknown options. */
export function settingsFileOf(words: readonly string[]): string | undefined {
  const unknown = words.find((word) => word.startsWith('-'))
  if (unknown !== undefined) throw unknownSetting(unknown.replace(/^-+/, '').replace(/=.*$/s, ''))
  if (words.length > 1) throw new UserError('settings.surplus-word', { word: words[1] })
  return words[0]
}

function settingOption(name: SettingName): Option {
  const type = valueType(name)
  const { description, unit } = settingsSchema.shape[name].meta() ?? {}
  const choices = type instanceof z.ZodEnum ? `: ${type.options.join(', ')}` : ''
  const standard = defaultOf(name) ?? undefined
  return new Option(`--${name} ${placeholder(type, unit)}`, `${description}${choices}${standard === undefined ? '' : ` (default: ${shown(standard)})`}`)
}

function placeholder(type: z.ZodType, unit?: string): string {
  if (type instanceof z.ZodBoolean) return '[true|false]'
  if (type instanceof z.ZodUnion) return '[folder]'
  if (type instanceof z.ZodArray) return '<path...>'
  if (type instanceof z.ZodNumber) return `<${unit ?? 'number'}>`
  return `<${type.meta()?.title ?? 'name'}>`
}

/** Words that are no value of their setting are left as they are: the check of settings names them. */
function valueOf(name: string, words: unknown): unknown {
  const setting = otherNames[name] ?? name
  const type = setting in settingsSchema.shape ? valueType(setting as SettingName) : undefined
  const word = Array.isArray(words) && !(type instanceof z.ZodArray) ? words.join(' ') : words
  if (typeof word !== 'string' || !type) return word
  if (type instanceof z.ZodBoolean) return booleanOf(word) ?? word
  if (type instanceof z.ZodNumber) return numberOf(word)
  if (type instanceof z.ZodUnion) return booleanOf(word) === true ? true : word
  return word
}

function numberOf(word: string): number | string {
  const value = /^[-+.\d]/.test(word) ? Number(word) : NaN
  return Number.isFinite(value) ? value : word
}

