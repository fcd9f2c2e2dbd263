/** The part of the form about data: which rows, which of their columns, what they are evaluated on. */
import * as l10n from '@vscode/l10n'
import { aboutData } from '../src/protocol/formPresets.ts'
import type { Choice, Draft, Lengths, Preview, Problem } from '../src/protocol/formMessages.ts'
import { dataView } from './dataView.ts'
import { element, setText } from './dom.ts'
import { field, labelled } from './field.ts'
import type { Field } from './field.ts'
import { lengthHistogram } from './histogram.ts'
import { HubSearch } from './hubSearch.ts'
import { send } from './host.ts'
import { busy, button, dropdown, showValue } from './kit.ts'

export interface Found {
  columns: readonly string[]
  preview?: Preview
  problem?: Problem
  /** The rows come from the Hub when the run starts. */
  isToCome?: boolean
}

type ColumnSetting = 'text_column' | 'label_column'
const columnSettings: readonly ColumnSetting[] = ['text_column', 'label_column']

export class DataSection {
  readonly root: HTMLElement
  readonly search = new HubSearch('data')
  readonly fields: { data: Field, evaluation: Field, text_column?: Field, label_column?: Field }
  readonly #onChange: (change: Partial<Draft>) => void
  readonly #detail = element('p', { class: 'help' })
  readonly #columns = element('div', { class: 'row columns' })
  readonly #rows = element('div', { class: 'rows' })
  readonly #lengths = element('div')
  readonly #columnValues: Partial<Record<ColumnSetting, (value: string) => void>> = {}
  #columnsFor = '[]'
  #draft: Draft | undefined

  constructor(choices: readonly Choice[], draft: Draft, onChange: (change: Partial<Draft>) => void) {
    this.#onChange = onChange
    this.fields = this.#choiceFields(choices, draft)
    this.root = element('div')
    this.#lay()
    this.setDraft(choices, draft)
  }

  /** Other choices are offered. */
  setChoices(choices: readonly Choice[], draft: Draft): void {
    Object.assign(this.fields, this.#choiceFields(choices, draft))
    this.#lay()
    this.setDraft(choices, draft)
  }

  setDraft(choices: readonly Choice[], draft: Draft): void {
    this.#draft = draft
    const chosen = choices.find(({ id }) => id === draft.data)
    setText(this.#detail, chosen?.detail ?? l10n.t('CSV, TSV, JSON, JSON Lines or Parquet with a text and a label column'))
  }

  /** The rows are being read. */
  setReading(): void {
    this.#rows.replaceChildren(busy(l10n.t('Reading the rows…')))
    this.#lengths.replaceChildren()
  }

  setNothing(): void {
    this.#showColumns([], () => '')
    for (const part of [this.#rows, this.#lengths]) part.replaceChildren()
  }

  setFound({ columns, preview, problem, isToCome = false }: Found): void {
    this.#showColumns(columns, (name) => String(preview?.[name] ?? this.#draft?.settings[name] ?? ''))
    const toCome = isToCome ? [element('p', { class: 'help' }, l10n.t('Its rows are shown here once they are downloaded, which a run begins with.'))] : []
    this.#rows.replaceChildren(...preview ? dataView(preview) : toCome)
    for (const name of ['data', 'evaluation', ...columnSettings] as const) this.fields[name]?.setMistake(undefined)
    if (!problem) return
    const at = this.fields[problem.setting as keyof typeof this.fields] ?? this.fields.data
    at.setMistake(problem.text)
  }

  /** @param isAwaited they will come: their place is kept, so that nothing below it moves */
  setLengths(lengths: Lengths | undefined, maxLength: number | undefined, isAwaited: boolean): void {
    this.#lengths.classList.toggle('awaited', isAwaited)
    this.#lengths.replaceChildren(...lengths ? [lengthHistogram(lengths, maxLength === undefined ? undefined : Math.min(maxLength, lengths.limit))] : [])
  }

  #lay(): void {
    this.root.replaceChildren(
      labelled(l10n.t('Data'), this.fields.data.root, this.search.root, this.#detail),
      labelled(l10n.t('Evaluation'), this.fields.evaluation.root),
      labelled('', this.#columns, this.#rows, this.#lengths))
  }

  #choiceFields(choices: readonly Choice[], draft: Draft): { data: Field, evaluation: Field } {
    const options = choices.map(({ id, name }) => ({ value: id, text: name }))
    const ask = (kind: 'data' | 'evaluation', from: 'files' | 'folder', text: string) => button(text, () => send({ type: 'chooseData', kind, from }))
    const data = dropdown({ label: l10n.t('Data'), value: draft.data ?? '', onInput: (id) => this.#onChange({ data: id === '' ? undefined : id, settings: this.#settingsBut(aboutData) }) },
      [...draft.data === undefined ? [{ value: '', text: l10n.t('choose…') }] : [], ...options])
    const evaluation = dropdown({ label: l10n.t('Evaluation'), value: draft.evaluation ?? '', onInput: (id) => this.#onChange({ evaluation: id === '' ? undefined : id }) },
      [{ value: '', text: l10n.t('The data\'s own split, or a part set aside') }, ...options])
    return {
      data: field(l10n.t('Data'), data, (control, mistake) => element('div', {}, element('div', { class: 'row' }, control, this.search.toggle as unknown as Node, ask('data', 'files', l10n.t('Choose a File…')), ask('data', 'folder', l10n.t('Choose a Folder…'))), mistake)),
      evaluation: field(l10n.t('Evaluation'), evaluation, (control, mistake) => element('div', {}, element('div', { class: 'row' }, control, ask('evaluation', 'files', l10n.t('Use Another File…'))), mistake)),
    }
  }

  #settingsBut(names: readonly string[]): Draft['settings'] {
    return Object.fromEntries(Object.entries(this.#draft?.settings ?? {}).filter(([name]) => !names.includes(name)))
  }

  /** Fields that are there for these columns stay: one of them may have the focus. */
  #showColumns(columns: readonly string[], valueOf: (name: ColumnSetting) => string): void {
    const key = JSON.stringify(columns)
    if (key === this.#columnsFor) return columnSettings.forEach((name) => this.#columnValues[name]?.(valueOf(name)))
    this.#columnsFor = key
    const isChoice = columns.length > 1
    this.fields.text_column = isChoice ? this.#columnField('text_column', l10n.t('Text column'), columns, valueOf('text_column')) : undefined
    this.fields.label_column = isChoice ? this.#columnField('label_column', l10n.t('Label column'), columns, valueOf('label_column')) : undefined
    this.#columns.replaceChildren(...columnSettings.flatMap((name) => this.fields[name]?.root ?? []))
  }

  #columnField(name: ColumnSetting, label: string, columns: readonly string[], value: string): Field {
    const list = dropdown({
      label, value,
      onInput: (column) => this.#onChange({ settings: { ...this.#settingsBut([name]), ...column === '' ? {} : { [name]: column } } }),
    }, [{ value: '', text: l10n.t('choose…') }, ...columns.map((column) => ({ value: column, text: column }))])
    this.#columnValues[name] = (value) => showValue(list, value)
    return field(label, list, (control, mistake) => element('div', { class: 'field' }, element('span', { class: 'label' }, label), control, mistake))
  }
}
