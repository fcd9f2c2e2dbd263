/** The fields of the settings, made from the schema: values are checked as they are typed, with the words of the terminal. */
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { aboutData, aboutModel } from '../src/protocol/formPresets.ts'
import type { SettingValue } from '../src/protocol/formMessages.ts'
import { shown } from '../src/protocol/settingName.ts'
import { settingWords } from '../src/protocol/settingWords.ts'
import { defaultOf, settingGroups, settingsSchema, valueType } from '../src/protocol/settings.ts'
import type { SettingName } from '../src/protocol/settings.ts'
import { element } from './dom.ts'
import { field } from './field.ts'
import type { Field } from './field.ts'
import { checkbox, dropdown, link, showValue, textField } from './kit.ts'
import { errorText, translated } from './l10n.ts'
import { mistakesIn } from './settingCheck.ts'

export type Values = Readonly<Record<string, SettingValue>>

/** Fields of their own in the form, or the editor's to say. */
const elsewhere: readonly string[] = [...aboutData, ...aboutModel, 'model_name_or_path', 'dataset', 'validation_file', 'output_dir', 'resume_from_checkpoint', 'warmup_ratio', 'device']

/** What most people set. */
const basic: readonly SettingName[] = ['num_train_epochs', 'per_device_train_batch_size', 'learning_rate']

interface SettingField extends Field {
  /** Shows a value, and whether it is another than the default. */
  show(value: SettingValue, standard: SettingValue): void
}

export class SettingFields {
  readonly basic = element('div', { class: 'basic' })
  readonly advanced = element('details', { class: 'advanced' })
  readonly #onChange: (values: Values) => void
  readonly #fields = new Map<SettingName, SettingField>()
  #values: Values = {}
  #defaults: Values = {}

  /** @param onChange with all values that are given, the defaults left out */
  constructor(onChange: (values: Values) => void) {
    this.#onChange = onChange
    this.basic.append(...basic.map((name) => this.#add(name)))
    const inGroup = (group: object) => (Object.keys(group) as SettingName[]).filter((name) => !elsewhere.includes(name) && !basic.includes(name))
    this.advanced.append(element('summary', {}, l10n.t('Advanced')), ...Object.entries(settingGroups).flatMap(([title, group]) =>
      inGroup(group).length === 0 ? [] : [element('h3', {}, translated(title)), element('div', { class: 'settings' }, ...inGroup(group).map((name) => this.#add(name)))]))
  }

  /** Shows these values; `defaults` are those of the model where it has its own. What a person types in stays as typed. */
  setValues(values: Values, defaults: Values): void {
    this.#values = values
    this.#defaults = defaults
    for (const [name, each] of this.#fields) each.show(values[name] ?? this.#standard(name), this.#standard(name))
    const mistakes = mistakesIn({ ...defaults, ...values })
    for (const [name, each] of this.#fields) {
      const mistake = mistakes.get(name)
      each.setMistake(mistake && errorText(mistake).replace(name, each.name))
    }
  }

  field(name: string): Field | undefined {
    return this.#fields.get(name as SettingName)
  }

  /** In the order in which they stand. */
  get all(): Field[] {
    return [...this.#fields.values()]
  }

  #standard(name: SettingName): SettingValue {
    return this.#defaults[name] ?? defaultOf(name) as SettingValue
  }

  #add(name: SettingName): HTMLElement {
    const made = settingField(name, (value) => this.#set(name, value))
    this.#fields.set(name, made)
    return made.root
  }

  #set(name: SettingName, value: SettingValue | undefined): void {
    const others = Object.entries(this.#values).filter(([each]) => each !== name)
    const isStandard = value === undefined || value === this.#standard(name)
    this.#onChange(Object.fromEntries([...others, ...isStandard ? [] : [[name, value] as const]]))
  }
}

/** @param set undefined: the default again */
function settingField(name: SettingName, set: (value: SettingValue | undefined) => void): SettingField {
  const { description = '', unit } = settingsSchema.shape[name].meta() ?? {}
  const [words, explained] = [translated(settingWords(name)), translated(description)]
  const { control, show } = settingControl(name, l10n.t('{0}, {1}', words, explained), set)
  const reset = link(l10n.t('Reset'), () => set(undefined))
  const isSaid = unit === undefined || basic.includes(name) || settingWords(name).toLowerCase().includes(unit.replace(/s$/, ''))
  const made = field(words, control, (inner, mistake) => element('div', { class: 'field', title: `${name}: ${explained}` },
    element('div', { class: 'label' }, element('span', {}, words, isSaid ? undefined : element('span', { class: 'unit' }, ` (${translated(unit)})`)), reset), inner, mistake))
  return {
    ...made,
    get mistake() {
      return made.mistake // a getter is not spread
    },
    show(value, standard) {
      show(value)
      reset.hidden = value === standard
      made.root.classList.toggle('changed', value !== standard)
      reset.setAttribute('aria-label', l10n.t('Reset {0} to {1}', words, standard === null ? l10n.t('not set') : shown(standard)))
    },
  }
}

function settingControl(name: SettingName, label: string, set: (value: SettingValue | undefined) => void): { control: HTMLElement, show(value: SettingValue): void } {
  const type = valueType(name)
  if (type instanceof z.ZodBoolean && defaultOf(name) !== null) {
    const box = checkbox({ label, value: false, onInput: set })
    return { control: box as unknown as HTMLElement, show: (value) => { box.checked = value === true } }
  }
  const options = optionsOf(type)
  if (options) {
    const all = [...defaultOf(name) === null ? [{ value: '', text: l10n.t('automatic') }] : [], ...options.map((option) => ({ value: option, text: option }))]
    const list = dropdown({ label, value: all[0].value, onInput: (chosen) => set(chosen === '' ? null : type instanceof z.ZodBoolean ? chosen === 'true' : chosen) }, all)
    return { control: list as unknown as HTMLElement, show: (value) => showValue(list, value === null ? '' : String(value)) }
  }
  const input = textField({ label, value: '', onInput: (text) => set(numberIn(text)) })
  if (defaultOf(name) === null) input.placeholder = l10n.t('not set')
  return {
    control: input as unknown as HTMLElement,
    show(value) {
      if (numberIn(input.value) !== value) input.value = value === null ? '' : shown(value)
    },
  }
}

function optionsOf(type: z.ZodType): readonly string[] | undefined {
  if (type instanceof z.ZodEnum) return type.options.map(String)
  return type instanceof z.ZodBoolean ? ['true', 'false'] : undefined
}

/** Nothing is no value; what is no number stays text, which the check refuses in its own words. */
function numberIn(text: string): SettingValue {
  if (text.trim() === '') return null
  const value = Number(text)
  return Number.isNaN(value) ? text : value
}
