/** The part of the form about data: which rows, which of their columns, what they are evaluated on. */
import * as l10n from '@vscode/l10n'
import type { Choice, Draft, Lengths, Preview, Problem } from '../src/protocol/formMessages.ts'
import { aboutData } from '../src/protocol/formPresets.ts'
import type { DatasetParts, Look } from '../src/protocol/hubMessages.ts'
import type { SettingName } from '../src/protocol/settings.ts'
import { AccessActions } from './accessActions.ts'
import { ChoiceRow } from './choiceRow.ts'
import type { SettingChoice } from './choiceRow.ts'
import { dataView, sentence } from './dataView.ts'
import { element, setText } from './dom.ts'
import { field, labelled } from './field.ts'
import type { Field } from './field.ts'
import { lengthHistogram } from './histogram.ts'
import { send } from './host.ts'
import { HubSearch } from './hubSearch.ts'
import { lookView } from './lookView.ts'
import { busy, button, dropdown } from './kit.ts'
import { noticeText } from './l10n.ts'

export interface Found {
  columns: readonly string[]
  preview?: Preview
  /** The rows come from the Hub when the run starts; what can be seen of them before. */
  isToCome: boolean
  look?: Look
  parts?: DatasetParts
  notices: Preview['notices']
  problem?: Problem
}

const columnSettings = ['text_column', 'label_column'] as const

export class DataSection {
  readonly root: HTMLElement
  readonly search = new HubSearch('data')
  readonly #choices: { data: Field, evaluation: Field }
  readonly #onChange: (change: Partial<Draft>) => void
  readonly #detail = element('p', { class: 'help' })
  readonly #access = new AccessActions('data')
  readonly #parts = new ChoiceRow((setting, value) => this.#set(setting, value))
  readonly #columns = new ChoiceRow((setting, value) => this.#set(setting, value))
  readonly #rows = element('div', { class: 'rows' })
  readonly #lengths = element('div')
  #draft: Draft | undefined

  constructor(choices: readonly Choice[], draft: Draft, onChange: (change: Partial<Draft>) => void) {
    this.#onChange = onChange
    this.#choices = this.#choiceFields(choices, draft)
    this.root = element('div')
    this.#lay()
    this.setDraft(choices, draft)
  }

  get fields(): { data: Field, evaluation: Field, text_column?: Field, label_column?: Field } {
    return { ...this.#choices, text_column: this.#columns.field('text_column'), label_column: this.#columns.field('label_column') }
  }

  /** Other choices are offered. */
  setChoices(choices: readonly Choice[], draft: Draft): void {
    Object.assign(this.#choices, this.#choiceFields(choices, draft))
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
    for (const row of [this.#columns, this.#parts]) row.show([])
    for (const part of [this.#rows, this.#lengths]) part.replaceChildren()
  }

  setFound({ columns, preview, look, parts, notices, problem, isToCome }: Found): void {
    const { settings = {}, data } = this.#draft ?? {}
    this.#parts.show(parts ? this.#partChoices(parts, look) : [])
    this.#columns.show(columns.length < 2 ? [] : columnSettings.map((setting) => ({
      setting, options: columns, mayBeNone: true, value: String(preview?.[setting] ?? look?.[setting] ?? settings[setting] ?? ''),
      label: setting === 'text_column' ? l10n.t('Text column') : l10n.t('Label column'),
    })))
    const said = notices.map((notice) => element('p', { class: 'help' }, nameFirst(noticeText(notice), notice.args.name)))
    const toCome = isToCome && !problem ? [element('p', { class: 'help' }, l10n.t('Its rows are shown here once they are downloaded, which a run begins with.'))] : []
    this.#rows.replaceChildren(...said, ...preview ? dataView(preview) : look ? lookView(look) : toCome)
    for (const each of Object.values(this.fields)) each?.setMistake(undefined)
    this.#access.show(data, problem?.access)
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
    const { data, evaluation } = this.#choices
    this.root.replaceChildren(
      labelled(l10n.t('Data'), data.root, this.#access.root, this.search.root, this.#detail),
      labelled(l10n.t('Evaluation'), evaluation.root),
      labelled('', this.#parts.root, this.#columns.root, this.#rows, this.#lengths))
  }

  #choiceFields(choices: readonly Choice[], draft: Draft): { data: Field, evaluation: Field } {
    const options = choices.map(({ id, name }) => ({ value: id, text: name }))
    const ask = (kind: 'data' | 'evaluation', from: 'files' | 'folder', text: string) => button(text, () => send({ type: 'chooseData', kind, from }))
    const onData = (id: string) => this.#onChange({ data: id === '' ? undefined : id, settings: this.#settingsBut(aboutData) })
    const data = dropdown({ label: l10n.t('Data'), value: draft.data ?? '', onInput: onData },
      [...draft.data === undefined ? [{ value: '', text: l10n.t('choose…') }] : [], ...options])
    const evaluation = dropdown({ label: l10n.t('Evaluation'), value: draft.evaluation ?? '', onInput: (id) => this.#onChange({ evaluation: id === '' ? undefined : id }) },
      [{ value: '', text: l10n.t('The data\'s own split, or a part set aside') }, ...options])
    return {
      data: field(l10n.t('Data'), data, (control, mistake) => element('div', {}, element('div', { class: 'row' }, control, this.search.toggle as unknown as Node,
        ask('data', 'files', l10n.t('Choose a File…')), ask('data', 'folder', l10n.t('Choose a Folder…'))), mistake)),
      evaluation: field(l10n.t('Evaluation'), evaluation, (control, mistake) =>
        element('div', {}, element('div', { class: 'row' }, control, ask('evaluation', 'files', l10n.t('Use Another File…'))), mistake)),
    }
  }

  /** Offered where there is more than one. */
  #partChoices({ configs, config, splits, revisions }: DatasetParts, look: Look | undefined): SettingChoice[] {
    const { settings = {}, evaluation } = this.#draft ?? {}
    const chosen = (setting: SettingName, standard: string | null | undefined) => String(settings[setting] ?? standard ?? '')
    const split = (names: readonly string[]) => splits.find((each) => names.includes(each.toLowerCase()))
    const trained = look?.train.split ?? split(['train', 'training'])
    const evaluated = look ? look.evaluation?.split : split(['validation', 'valid', 'dev', 'val']) ?? split(['test', 'testing', 'eval', 'evaluation'])
    const choices: Omit<SettingChoice, 'mayBeNone'>[] = [
      { setting: 'dataset_config_name', label: l10n.t('Subset'), options: configs, value: chosen('dataset_config_name', config) },
      { setting: 'train_split_name', label: l10n.t('Split to train on'), options: splits, value: chosen('train_split_name', trained) },
      ...evaluation === undefined ? [{
        setting: 'validation_split_name' as const, label: l10n.t('Split to evaluate on'), options: splits,
        value: chosen('validation_split_name', evaluated),
      }] : [],
      { setting: 'dataset_revision', label: l10n.t('Revision'), options: withChosen(revisions, settings.dataset_revision), value: chosen('dataset_revision', 'main') },
    ]
    return choices.filter(({ options }) => options.length > 1).map((choice) => ({ ...choice, mayBeNone: choice.value === '' }))
  }

  #set(setting: SettingName, value: string | undefined): void {
    // Columns and splits of another subset or revision may be others.
    const dropped = setting === 'dataset_config_name' ? aboutData.filter((name) => name !== 'dataset_revision') : setting === 'dataset_revision' ? aboutData : [setting]
    this.#onChange({ settings: { ...this.#settingsBut(dropped), ...value === undefined ? {} : { [setting]: value } } })
  }

  #settingsBut(names: readonly string[]): Draft['settings'] {
    return Object.fromEntries(Object.entries(this.#draft?.settings ?? {}).filter(([name]) => !names.includes(name)))
  }
}

/** As a sentence begins, unless with a name, which stays as it is written. */
function nameFirst(text: string, name: unknown): string {
  return text.startsWith(String(name)) ? text : sentence(text)
}

/** With the one that is chosen, such as a commit, which is in no list. */
export function withChosen(revisions: readonly string[], chosen: unknown): readonly string[] {
  return typeof chosen === 'string' && revisions.length > 0 && !revisions.includes(chosen) ? [...revisions, chosen] : revisions
}
