/** The form for a new run: the built-in sample at once, or a person's own file. */
import * as l10n from '@vscode/l10n'
import type { Choice, Preview, ToPanel } from '../src/protocol/panelMessages.ts'
import { element, setText } from './dom.ts'
import { send } from './host.ts'
import { busy, button, dropdown } from './kit.ts'
import { previewParts } from './preview.ts'
import { SettingFields } from './settingFields.ts'

type Form = Extract<ToPanel, { type: 'form' }>
type Data = Extract<ToPanel, { type: 'data' }>

export class FormPage {
  readonly root: HTMLElement
  #models: Choice[] = []
  #model: Choice | undefined
  #data: Choice | undefined
  #columns: string[] = []
  #preview: Preview | undefined
  readonly #settings = new SettingFields(() => this.#update())
  readonly #dataName = element('span', { class: 'chosen' })
  readonly #dataParts = element('div', { class: 'preview' })
  readonly #modelRow = element('div', { class: 'row' })
  readonly #modelDetail = element('p', { class: 'help' })
  readonly #reason = element('p', { class: 'help', id: 'reason', role: 'status' })
  readonly #starting = element('div')
  readonly #start = button(l10n.t('Start'), () => this.#onStart(), 'primary')
  readonly #sample = button(l10n.t('Try now with the built-in News sample'), () => {
    this.setStarting(l10n.t('Starting…'))
    send({ type: 'trySample' })
  }, 'primary')

  constructor(form: Form) {
    const chooseData = button(l10n.t('Choose a File…'), () => send({ type: 'chooseData' }))
    this.#start.setAttribute('aria-describedby', 'reason')
    this.root = element('div', { class: 'form' },
      element('header', {}, element('h1', {}, l10n.t('Fine-tune'))), this.#starting,
      ...form.news ? [this.#newsSection()] : [],
      element('section', {},
        element('h2', {}, form.news ? l10n.t('Or your own data') : l10n.t('Your own data')),
        labelled(l10n.t('Data'), element('div', { class: 'row' }, chooseData as unknown as Node, this.#dataName), this.#dataParts),
        labelled(l10n.t('Model'), this.#modelRow, this.#modelDetail),
        labelled(l10n.t('Settings'), this.#settings.basic, this.#settings.advanced),
        element('div', { class: 'row start' }, this.#start as unknown as Node, this.#reason)))
    this.#settings.setGiven(form.settings)
    this.setChoices(form)
  }

  setChoices({ models, data }: Form): void {
    const isNew = models.length !== this.#models.length
    this.#models = models
    if (isNew) this.#chooseModel(models[0].id)
    if (data?.id !== this.#data?.id) this.#preview = undefined
    this.#data = data
    this.#update()
    if (data && !this.#preview) this.#dataParts.replaceChildren(busy(l10n.t('Reading the rows…')))
  }

  setData({ data, columns, preview }: Data): void {
    this.#data = data
    this.#columns = columns
    this.#preview = preview
    this.#dataParts.replaceChildren(...previewParts(data, columns, preview))
    this.#update()
  }

  /** Shows that a start is under way; undefined: it is not, or no longer. */
  setStarting(text: string | undefined): void {
    this.#starting.replaceChildren(...text === undefined ? [] : [busy(text)])
    this.#sample.disabled = text !== undefined
    this.#update()
  }

  #newsSection(): HTMLElement {
    return element('section', { class: 'news' },
      element('h2', {}, l10n.t('News topics')),
      element('p', {}, l10n.t('Learns to tell World, Sports, Business and Sci/Tech from 1,000 headlines, offline, with a small encoder that comes with Finetune. Downloading the full AG News and DistilBERT from the Hugging Face Hub comes with a later version; until then, choose their downloaded folders below.')),
      element('div', { class: 'row' }, this.#sample as unknown as Node, element('span', { class: 'help' }, l10n.t('under a minute'))))
  }

  #chooseModel(id: string): void {
    this.#model = this.#models.find((model) => model.id === id)
    this.#settings.setDefaults(this.#model?.defaults ?? {})
    const choose = dropdown({ label: l10n.t('Model'), value: id, onInput: (chosen) => this.#chooseModel(chosen) }, this.#models.map((model) => ({ value: model.id, text: model.name })))
    this.#modelRow.replaceChildren(choose as unknown as Node, button(l10n.t('Choose a Folder…'), () => send({ type: 'chooseModel' })) as unknown as Node)
    this.#update()
  }

  #update(): void {
    setText(this.#dataName, this.#data?.detail ?? l10n.t('CSV, TSV, JSON, JSON Lines or Parquet with a text and a label column'))
    setText(this.#modelDetail, this.#model?.problem ?? this.#model?.detail ?? '')
    this.#modelDetail.classList.toggle('mistake', this.#model?.problem !== undefined)
    const reason = this.#whyNot()
    this.#start.disabled = reason !== undefined
    setText(this.#reason, reason ?? '')
  }

  /** Why the run cannot start yet. */
  #whyNot(): string | undefined {
    const mistake = this.#settings.check()
    if (this.#starting.childElementCount > 0) return l10n.t('starting')
    if (!this.#data) return l10n.t('Choose the data first.')
    if (this.#data.problem) return l10n.t('The data cannot be read as it is.')
    if (!this.#preview) return l10n.t('Reading the rows…')
    if (this.#model?.problem) return l10n.t('The model cannot be trained.')
    return mistake
  }

  #onStart(): void {
    if (!this.#model || !this.#data || !this.#preview) return
    this.setStarting(l10n.t('Starting…'))
    const { text_column, label_column } = this.#preview
    const columns = this.#columns.length > 0 ? { text_column, label_column } : {}
    send({ type: 'start', model: this.#model.id, data: this.#data.id, settings: { ...this.#settings.given, ...columns } })
  }
}

function labelled(label: string, ...children: Node[]): HTMLElement {
  return element('div', { class: 'labelled' }, element('div', { class: 'label' }, label), element('div', { class: 'content' }, ...children))
}
