/** The fields of the settings, made from the schema: values are checked as they are typed, with the words of the terminal. */
import { z } from 'zod'
import { checkSettings } from '../src/protocol/checkSettings.ts'
import { UserError } from '../src/protocol/errors.ts'
import { shown } from '../src/protocol/settingName.ts'
import { defaultOf, settingGroups, settingsSchema, valueType } from '../src/protocol/settings.ts'
import type { SettingName } from '../src/protocol/settings.ts'
import { element, setText } from './dom.ts'
import { checkbox, dropdown, textField } from './kit.ts'

type Value = string | number | boolean | null
export type Given = Partial<Record<SettingName, Value>>

/** Fields of their own in the form, or the editor's to say. */
const elsewhere: readonly SettingName[] = ['model_name_or_path', 'dataset', 'text_column', 'label_column', 'output_dir', 'resume_from_checkpoint', 'warmup_ratio', 'device']

/** Plain names, where the setting's own words are not plain. */
const names: Partial<Record<SettingName, string>> = {
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

/** What most people set. */
const basic: Partial<Record<SettingName, string>> = {
  num_train_epochs: 'Epochs',
  per_device_train_batch_size: 'Batch size',
  learning_rate: 'Learning rate',
}

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
    this.advanced = element('details', {}, element('summary', {}, 'Advanced'))
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
      if (line) setText(line, error.message)
      return error.message
    }
  }

  #build(): void {
    const inGroup = (group: object) => (Object.keys(group) as SettingName[]).filter((name) => !elsewhere.includes(name) && basic[name] === undefined)
    this.basic.replaceChildren(...Object.entries(basic).map(([name, words]) => this.#field(name as SettingName, words)))
    this.advanced.replaceChildren(element('summary', {}, 'Advanced'), ...Object.entries(settingGroups).flatMap(([title, group]) =>
      inGroup(group).length === 0 ? [] : [element('h3', {}, title), element('div', { class: 'settings' }, ...inGroup(group).map((name) => this.#field(name, plainWords(name))))]))
  }

  #field(name: SettingName, words: string): HTMLElement {
    const mistake = element('p', { class: 'mistake', role: 'alert' })
    this.#mistakes.set(name, mistake)
    const { description = '', unit } = settingsSchema.shape[name].meta() ?? {}
    return element('div', { class: 'field', title: `${name}: ${description}` },
      element('span', { class: 'label' }, words, unit === undefined || words.toLowerCase().includes(unit.replace(/s$/, '')) || basic[name] ? undefined : element('span', { class: 'unit' }, ` (${unit})`)),
      this.#control(name, `${words}, ${description}`) as unknown as Node, mistake)
  }

  #control(name: SettingName, label: string) {
    const type = valueType(name)
    const value = this.given[name] ?? defaultOf(name) as Value
    if (type instanceof z.ZodBoolean && defaultOf(name) !== null) return checkbox({ label, value: value === true, onInput: (chosen) => this.#set(name, chosen) })
    const options = optionsOf(type)
    if (options) {
      const all = [...defaultOf(name) === null ? [{ value: '', text: 'automatic' }] : [], ...options.map((option) => ({ value: option, text: option }))]
      return dropdown({ label, value: value === null ? '' : String(value), onInput: (chosen) => this.#set(name, chosen === '' ? null : type instanceof z.ZodBoolean ? chosen === 'true' : chosen) }, all)
    }
    const field = textField({ label, value: value === null ? '' : shown(value), onInput: (text) => this.#set(name, numberIn(text)) })
    if (defaultOf(name) === null) field.placeholder = 'not set'
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

/** `per_device_eval_batch_size` is `Eval batch size`. */
function plainWords(name: SettingName): string {
  if (names[name]) return names[name]
  const words = name.replace(/^per_device_/, '').replaceAll('_', ' ')
  return words[0].toUpperCase() + words.slice(1)
}
