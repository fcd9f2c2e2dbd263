/** The one importer of the UI toolkit: the controls that our pages use, made here, so that another kit is a change of this file. */
import { provideVSCodeDesignSystem, TextField, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodeProgressRing, vsCodeRadio, vsCodeRadioGroup, vsCodeTextArea, vsCodeTextField } from '@vscode/webview-ui-toolkit'
import type { Button, Checkbox, Dropdown, RadioGroup, TextArea } from '@vscode/webview-ui-toolkit'
import { element } from './dom.ts'

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing(), vsCodeRadio(), vsCodeRadioGroup(), vsCodeTextArea(), vsCodeTextField())

export function button(text: string, onClick: () => void, appearance: 'primary' | 'secondary' = 'secondary'): Button {
  const made = element('vscode-button', { appearance }, text) as unknown as Button
  made.addEventListener('click', () => { if (!made.disabled) onClick() })
  return made
}

/** A plain button that looks like a link, for tables and lists, where many stand close together. */
export function link(text: string, onClick: () => void, label?: string): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'link', ...label === undefined ? {} : { 'aria-label': label } }, text) as HTMLButtonElement
  made.addEventListener('click', onClick)
  return made
}

export interface FieldOptions {
  value: string
  label: string
  onInput(value: string): void
}

export function textField({ value, label, onInput }: FieldOptions): TextField {
  const field = element('vscode-text-field', {}, spoken(label)) as unknown as TextField
  field.value = value
  field.addEventListener('input', () => onInput(field.value))
  return field
}

export function textArea({ value, label, onInput }: FieldOptions): TextArea {
  const field = element('vscode-text-area', { rows: '3', resize: 'vertical' }, spoken(label)) as unknown as TextArea
  field.value = value
  field.addEventListener('input', () => onInput(field.value))
  return field
}

/** The input of a combobox whose options stand in the element of that id. The toolkit's text field has its input in a shadow tree, from which no id leads out. */
export function searchInput({ label, placeholder, list }: { label: string, placeholder: string, list: string }): HTMLInputElement {
  return element('input', {
    type: 'text', role: 'combobox', 'aria-label': label, placeholder, 'aria-controls': list, 'aria-autocomplete': 'list', 'aria-expanded': 'false', autocomplete: 'off', spellcheck: 'false',
  }) as HTMLInputElement
}

/** The toolkit's dropdown takes no `<label for>`, so it is always named here. */
export function dropdown({ value, label, onInput }: FieldOptions, options: readonly { value: string, text: string }[]): Dropdown {
  const field = element('vscode-dropdown', { 'aria-label': label },
    ...options.map((option) => element('vscode-option', { value: option.value, ...option.value === value ? { selected: '' } : {} }, option.text))) as unknown as Dropdown
  // Else one whose value is empty, as the field's own is at first, would be shown in its place.
  field.value = value
  field.addEventListener('change', () => onInput(field.value))
  return field
}

/** Shows a value that came to be known; while a person has the list open, what is marked in it stays, and a choice made there holds. */
export function showValue(list: Dropdown, value: string): void {
  if (!list.open) {
    list.value = value
    return
  }
  let hasChosen = false
  const choose = () => { hasChosen = true }
  list.addEventListener('change', choose)
  new MutationObserver((_, observer) => {
    if (list.open) return
    observer.disconnect()
    list.removeEventListener('change', choose)
    if (!hasChosen) list.value = value
  }).observe(list as unknown as Node, { attributeFilter: ['open'] })
}

export function checkbox({ value, label, onInput }: Omit<FieldOptions, 'value' | 'onInput'> & { value: boolean, onInput(value: boolean): void }): Checkbox {
  const field = element('vscode-checkbox', {}, spoken(label)) as unknown as Checkbox
  field.checked = value
  field.addEventListener('change', () => onInput(field.checked))
  return field
}

/** The toolkit's fields put words of their own over an `aria-label`, but take what is in them as their label. */
function spoken(label: string): HTMLElement {
  return element('span', { class: 'spoken' }, label)
}

/** One of a few, with what belongs to each written beside it. */
export function radioGroup({ value, label, onInput }: FieldOptions, options: readonly { value: string, content: Node }[]): RadioGroup {
  const field = element('vscode-radio-group', { 'aria-label': label, orientation: 'vertical' },
    ...options.map((option) => element('vscode-radio', { value: option.value, ...option.value === value ? { checked: '' } : {} }, option.content))) as unknown as RadioGroup
  field.value = value
  field.addEventListener('change', () => onInput(field.value))
  return field
}

export type Control = HTMLElement

/** Marks a control as wrong, or right again: what is said at `mistake` describes it. */
export function setInvalid(control: Control, mistake: HTMLElement | undefined): void {
  if (mistake) control.setAttribute('aria-invalid', 'true')
  else control.removeAttribute('aria-invalid')
  // A text field has its input in a shadow tree, from which no id leads out: there the element itself is named.
  const described: Element = control instanceof TextField ? control.control : control
  described.ariaDescribedByElements = mistake ? [mistake] : null
}

export function busy(text: string): HTMLElement {
  return element('div', { class: 'busy', role: 'status' }, element('vscode-progress-ring', { 'aria-hidden': 'true' }), element('span', {}, text))
}
