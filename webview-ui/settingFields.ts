/** The fields of the settings, made from the schema: values are checked as they are typed, with the words of the terminal. */
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { checkSettings } from '../src/protocol/checkSettings.ts'
import { UserError } from '../src/protocol/errors.ts'
import { shown } from '../src/protocol/settingName.ts'
import { settingWords } from '../src/protocol/settingWords.ts'
import { defaultOf, settingGroups, settingsSchema, valueType } from '../src/protocol/settings.ts'
import type { SettingName } from '../src/protocol/settings.ts'
import { element, setText } from './dom.ts'
import { checkbox, dropdown, textField } from './kit.ts'
import { errorText, translated } from './l10n.ts'

type Value = string | number | boolean | null
export type Given = Partial<Record<SettingName, Value>>

/** Fields of their own in the form, or the editor's to say. */
const elsewhere: readonly SettingName[] = ['model_name_or_path', 'dataset', 'validation_file', 'text_column', 'label_column', 'output_dir', 'resume_from_checkpoint', 'warmup_ratio', 'device']

/** What most people set. */
const basic: readonly SettingName[] = ['num_train_epochs', 'per_device_train_batch_size', 'learning_rate']

export class SettingFields {
  readonly basic: HTMLElement
  readonly advanced: HTMLElement
  readonly #onChange: () => void
  readonly #given = new Map<SettingName, Value>()
  readonly #mistakes = new Map<SettingName, HTMLElement>()
  #defaults: Readonly<Record<string, Value>> = {}

  constructor(onChange: () => void) {
    this.#onChange = onChange
    this.basic = element('div', { class: 'basic' })
    this.advanced = element('details', {}, element('summary', {}, l10n.t('Advanced')))
    this.#build()
  }

  /** What is chosen, without what is as it would be anyway. */
  get given(): Given {
    return { ...this.#defaults, ...Object.fromEntries(this.#given) }
  }

  /** Other defaults, such as those of a model. */
  setDefaults(defaults: Readonly<Record<string, Value>>): void {
    if (JSON.stringify(defaults) === JSON.stringify(this.#defaults)) return
    this.#defaults = defaults
    this.#build()
  }

  /** Fills the fields with these values. */
  setGiven(given: Readonly<Record<string, Value>>): void {
    this.#given.clear()
    for (const [name, value] of Object.entries(given)) this.#given.set(name as SettingName, value)
    this.#build()
  }

  /** Shows what is wrong under its field and returns it; undefined where nothing is. */
  check(): string | undefined {
    for (const line of this.#mistakes.values()) setText(line, '')
    try {
      checkSettings({ ...this.given, model_name_or_path: 'model', dataset: ['data'] })
      return undefined
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const name = (error.args as Record<string, string>).setting as SettingName | undefined
      const line = name && this.#mistakes.get(name)
      if (line) setText(line, errorText(error))
      return errorText(error)
    }
  }

  #build(): void {
    const inGroup = (group: object) => (Object.keys(group) as SettingName[]).filter((name) => !elsewhere.includes(name) && !basic.includes(name))
    this.basic.replaceChildren(...basic.map((name) => this.#field(name)))
    this.advanced.replaceChildren(element('summary', {}, l10n.t('Advanced')), ...Object.entries(settingGroups).flatMap(([title, group]) =>
      inGroup(group).length === 0 ? [] : [element('h3', {}, translated(title)), element('div', { class: 'settings' }, ...inGroup(group).map((name) => this.#field(name)))]))
  }

  #field(name: SettingName): HTMLElement {
    const words = translated(settingWords(name))
    const mistake = element('p', { class: 'mistake', role: 'alert' })
    this.#mistakes.set(name, mistake)
    const meta = settingsSchema.shape[name].meta() ?? {}
    const description = translated(meta.description ?? '')
    const unit = basic.includes(name) || meta.unit === undefined ? undefined : translated(meta.unit)
    return element('div', { class: 'field', title: `${name}: ${description}` },
      element('span', { class: 'label' }, words, unit === undefined || words.toLowerCase().includes(unit.replace(/s$/, '')) ? undefined : element('span', { class: 'unit' }, ` (${unit})`)),
      this.#control(name, `${words}, ${description}`) as unknown as Node, mistake)
  }

  #control(name: SettingName, label: string) {
    const type = valueType(name)
    const value = this.given[name] ?? defaultOf(name) as Value
    if (type instanceof z.ZodBoolean && defaultOf(name) !== null) return checkbox({ label, value: value === true, onInput: (chosen) => this.#set(name, chosen) })
    const options = optionsOf(type)
    if (options) {
      const all = [...defaultOf(name) === null ? [{ value: '', text: l10n.t('automatic') }] : [], ...options.map((option) => ({ value: option, text: option }))]
      return dropdown({ label, value: value === null ? '' : String(value), onInput: (chosen) => this.#set(name, chosen === '' ? null : type instanceof z.ZodBoolean ? chosen === 'true' : chosen) }, all)
    }
    const field = textField({ label, value: value === null ? '' : shown(value), onInput: (text) => this.#set(name, numberIn(text)) })
    if (defaultOf(name) === null) field.placeholder = l10n.t('not set')
    return field
  }

  #set(name: SettingName, value: Value): void {
    this.#given.set(name, value)
    this.#onChange()
  }
}

function optionsOf(type: z.ZodType): readonly string[] | undefined {
  if (type instanceof z.ZodEnum) return type.options.map(String)
  return type instanceof z.ZodBoolean ? ['true', 'false'] : undefined
}

/** Nothing is no value; what is no number stays text, which the check refuses in its own words. */
function numberIn(text: string): Value {
  if (text.trim() === '') return null
  const value = Number(text)
  return Number.isNaN(value) ? text : value
}
