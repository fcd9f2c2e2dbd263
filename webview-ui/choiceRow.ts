/** A row of dropdowns, each for a setting whose values are found out about what is chosen. */
import * as l10n from '@vscode/l10n'
import type { SettingName } from '../src/protocol/settings.ts'
import { element } from './dom.ts'
import { field } from './field.ts'
import type { Field } from './field.ts'
import { dropdown, showValue } from './kit.ts'

export interface SettingChoice {
  setting: SettingName
  label: string
  options: readonly string[]
  /** Nothing for none of them. */
  value: string
  /** Whether none of them is offered, too. */
  mayBeNone: boolean
}

export class ChoiceRow {
  readonly root = element('div', { class: 'row columns' })
  readonly #onChoose: (setting: SettingName, value: string | undefined) => void
  readonly #fields = new Map<SettingName, Field & { show(value: string): void }>()
  #shown = '[]'

  /** @param onChoose undefined: none of them */
  constructor(onChoose: (setting: SettingName, value: string | undefined) => void) {
    this.#onChoose = onChoose
  }

  field(setting: SettingName): Field | undefined {
    return this.#fields.get(setting)
  }

  /** Fields that are there with these options stay: one of them may have the focus. */
  show(choices: readonly SettingChoice[]): void {
    const shown = JSON.stringify(choices.map(({ setting, options, mayBeNone }) => [setting, options, mayBeNone]))
    if (shown === this.#shown) return choices.forEach(({ setting, value }) => this.#fields.get(setting)?.show(value))
    const focused = [...this.#fields].find(([, { control }]) => control === document.activeElement)?.[0]
    this.#shown = shown
    this.#fields.clear()
    this.root.replaceChildren(...choices.map((choice) => this.#add(choice)))
    if (focused) this.#fields.get(focused)?.focus()
  }

  #add({ setting, label, options, value, mayBeNone }: SettingChoice): HTMLElement {
    const first = mayBeNone ? [{ value: '', text: l10n.t('choose…') }] : []
    const list = dropdown({ label, value, onInput: (chosen) => this.#onChoose(setting, chosen === '' ? undefined : chosen) }, [...first, ...options.map((option) => ({ value: option, text: option }))])
    const made = field(label, list, (control, mistake) => element('div', { class: 'field' }, element('span', { class: 'label' }, label), control, mistake))
    this.#fields.set(setting, Object.assign(made, { show: (value: string) => showValue(list, value) }))
    return made.root
  }
}
