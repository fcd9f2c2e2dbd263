/** A control with its name above it and, when something is wrong, the reason under it. */
import { element, setText } from './dom.ts'
import type { Child } from './dom.ts'
import { setInvalid } from './kit.ts'
import type { Control } from './kit.ts'

export interface Field {
  /** As a person reads it. */
  name: string
  root: HTMLElement
  control: Control
  /** Says under the control what is wrong; nothing where nothing is. */
  setMistake(text: string | undefined): void
  readonly mistake: string | undefined
  focus(): void
}

/** @param around what a field is laid out as: its control and, last, the place for what is wrong */
export function field(name: string, control: Control, around: (control: Node, mistake: HTMLElement) => HTMLElement): Field {
  const line = element('p', { class: 'mistake', role: 'alert' })
  let mistake: string | undefined
  return {
    name,
    root: around(control, line),
    control,
    setMistake(text) {
      if (text === mistake) return
      mistake = text
      setText(line, text ?? '')
      setInvalid(control, text === undefined ? undefined : line)
    },
    get mistake() {
      return mistake
    },
    focus() {
      control.closest('details')?.setAttribute('open', '')
      control.focus()
      control.scrollIntoView({ block: 'nearest' })
    },
  }
}

/** A part of the form: what it is called to the left, its content to the right. */
export function labelled(label: string, ...children: Child[]): HTMLElement {
  return element('div', { class: 'labelled' }, element('div', { class: 'label' }, label), element('div', { class: 'content' }, ...children))
}
