/** The form for a new run. What is chosen and typed is its draft: every change is checked, remembered and told to the editor. */
import * as l10n from '@vscode/l10n'
import { draftKey, modelKey, rowsKey } from '../src/protocol/formMessages.ts'
import type { Choice, Draft, Lengths, Preview } from '../src/protocol/formMessages.ts'
import { aboutData, aboutModel, chosenElsewhere } from '../src/protocol/formPresets.ts'
import type { Look } from '../src/protocol/hubMessages.ts'
import type { ToPanel } from '../src/protocol/panelMessages.ts'
import { AccessActions } from './accessActions.ts'
import { ChoiceRow } from './choiceRow.ts'
import { DataSection, withChosen } from './dataSection.ts'
import { element, setText } from './dom.ts'
import { field, labelled } from './field.ts'
import type { Field } from './field.ts'
import { remember, send } from './host.ts'
import { HubSearch } from './hubSearch.ts'
import { button, dropdown } from './kit.ts'
import { NewsSection } from './newsSection.ts'
import { presetChoice } from './presetChoice.ts'
import { SettingFields } from './settingFields.ts'
import type { Values } from './settingFields.ts'
import { StartSection } from './startSection.ts'

type Message<Type extends ToPanel['type']> = Extract<ToPanel, { type: Type }>

/** Time in which more may be typed. */
const pauseMilliseconds = 300

export class FormPage {
  readonly root: HTMLElement
  #models: Choice[]
  #choices: Choice[]
  #draft: Draft
  #preview: { draft: Draft, preview?: Preview, look?: Look, download: number, away?: string } | undefined
  #found: Message<'model'> | undefined
  #lengths: { model: string, rows: string, lengths: Lengths } | undefined
  #estimate: Message<'estimate'> | undefined
  #pause: ReturnType<typeof setTimeout> | undefined
  /** Data that a mistake in it was shown for: it takes the focus once. */
  #focusedFor: string | undefined
  #isStarting = false
  /** With which a start was last asked for. */
  #asked: Draft | undefined
  readonly #data: DataSection
  readonly #modelDetail = element('p', { class: 'help' })
  readonly #modelRow = element('div')
  #model!: Field
  readonly #search = new HubSearch('model')
  readonly #modelAccess = new AccessActions('model')
  readonly #revision = new ChoiceRow((setting, value) => {
    this.#change({ settings: { ...this.#settingsBut(aboutModel), ...value === undefined || value === 'main' ? {} : { [setting]: value } } })
  })
  readonly #settings = new SettingFields((values) => this.#change({ settings: { ...this.#elsewhere, ...values } }))
  readonly #preset = presetChoice((values) => this.#change({ settings: { ...this.#elsewhere, ...values } }))
  readonly #start: StartSection
  /** Only in the form for AG News. */
  readonly #newsSection: NewsSection | undefined

  constructor({ news, models, data, draft }: Message<'form'>) {
    this.#newsSection = news ? new NewsSection(() => this.#trySample()) : undefined
    this.#models = models
    this.#choices = data
    this.#draft = draft
    this.#data = new DataSection(data, draft, (change) => this.#change(change))
    this.#start = new StartSection(() => this.#onStart(), (rows) => this.#change({ settings: { ...this.#withoutRows, ...rows } }))
    this.root = element('div', { class: 'form' },
      element('header', {}, element('h1', {}, l10n.t('Fine-tune'))),
      this.#newsSection?.root,
      this.#data.root,
      labelled(l10n.t('Model'), this.#modelRow, this.#modelAccess.root, this.#search.root, this.#modelDetail, this.#revision.root),
      labelled(l10n.t('Preset'), this.#preset.root),
      labelled(l10n.t('Settings'), this.#settings.basic, this.#settings.advanced),
      this.#start.amount,
      this.#start.root)
    this.#showModels()
    this.#change({})
  }

  setChoices({ models, data, chosen: { kind, id, settings = {} } }: Message<'choices'>): void {
    this.#models = models
    this.#choices = data
    this.#preview = kind === 'model' ? this.#preview : undefined
    this.#focusedFor = undefined
    const others = kind !== 'evaluation' && id !== this.#draft[kind] ? this.#settingsBut(kind === 'data' ? aboutData : aboutModel) : this.#draft.settings
    this.#change({ [kind]: id, settings: { ...others, ...settings } })
    this.#data.setChoices(data, this.#draft)
    this.#showModels()
  }

  setFound({ kind, request, repositories, problem }: Message<'found'>): void {
    const search = kind === 'model' ? this.#search : this.#data.search
    search.setFound(request, repositories, problem)
  }

  setModel(message: Message<'model'>): void {
    this.#found = message
    this.#update()
  }

  setPreview({ draft, preview, look, download, problem, ...found }: Message<'preview'>): void {
    if (rowsKey(draft) !== rowsKey(this.#draft)) return
    const isAway = this.#newsSection !== undefined && problem?.isAway
    this.#preview = { draft, preview, look, download, away: isAway ? problem.text : undefined }
    this.#data.setFound({ ...found, preview, look, problem: isAway ? undefined : problem, isToCome: !preview && download > 0 })
    const isElsewhere = problem?.setting !== undefined && this.#settings.field(problem.setting)
    if (isElsewhere) isElsewhere.setMistake(problem.text)
    this.#update()
    if (!problem || this.#focusedFor === draft.data) return
    this.#focusedFor = draft.data
    // Who is elsewhere by now, in the palette or in another editor, keeps the focus.
    if (this.#isTyping || !document.hasFocus()) return
    // Without the Hub, what can be done at once comes first.
    if (isAway) this.#newsSection?.focus()
    else this.#firstMistake()?.focus()
  }

  setLengths({ draft, lengths }: Message<'lengths'>): void {
    this.#lengths = { model: draft.model, rows: rowsKey(draft), lengths }
    this.#update()
  }

  setDevice({ device }: Message<'device'>): void {
    this.#start.setDevice(device)
    this.#update()
  }

  setEstimate(message: Message<'estimate'>): void {
    this.#estimate = message
    this.#update()
  }

  setNotStarted({ problem }: Message<'notStarted'>): void {
    this.setStarting(false)
    // Of what was changed meanwhile it is not true.
    if (this.#draft === this.#asked) this.#start.setProblem(problem.text)
  }

  /** Shows that a start is under way, or no longer. */
  setStarting(isStarting: boolean): void {
    this.#isStarting = isStarting
    if (this.#newsSection) this.#newsSection.disabled = isStarting
    this.#start.setStarting(isStarting)
  }

  get #elsewhere(): Values {
    return Object.fromEntries(Object.entries(this.#draft.settings).filter(([name]) => chosenElsewhere.includes(name) && !this.#settings.field(name)))
  }

  #settingsBut(names: readonly string[]): Values {
    return Object.fromEntries(Object.entries(this.#draft.settings).filter(([name]) => !names.includes(name)))
  }

  get #withoutRows(): Values {
    return Object.fromEntries(Object.entries(this.#draft.settings).filter(([name]) => !name.startsWith('max_') || !name.endsWith('_samples')))
  }

  get #isTyping(): boolean {
    return document.activeElement?.matches('vscode-text-field') ?? false
  }

  #trySample(): void {
    this.setStarting(true)
    send({ type: 'trySample' })
  }

  #showModels(): void {
    const onInput = (model: string) => this.#change({ model, settings: this.#settingsBut(aboutModel) })
    const list = dropdown({ label: l10n.t('Model'), value: this.#draft.model, onInput }, this.#models.map(({ id, name }) => ({ value: id, text: name })))
    const choose = button(l10n.t('Choose a Folder…'), () => send({ type: 'chooseModel' }))
    this.#model = field(l10n.t('Model'), list, (control, mistake) =>
      element('div', {}, element('div', { class: 'row' }, control, this.#search.toggle as unknown as Node, choose as unknown as Node), mistake))
    this.#modelRow.replaceChildren(this.#model.root)
    this.#update()
  }

  #change(change: Partial<Draft>): void {
    const before = rowsKey(this.#draft)
    this.#draft = { ...this.#draft, ...change }
    remember({ form: { news: this.#newsSection !== undefined, draft: this.#draft } })
    this.#start.setProblem(undefined)
    if (before !== rowsKey(this.#draft)) this.#preview = undefined
    if (this.#draft.data === undefined) this.#data.setNothing()
    else if (!this.#preview) this.#data.setReading()
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => send({ type: 'draft', draft: this.#draft }), pauseMilliseconds)
    this.#update()
  }

  #update(): void {
    const { settings, model: id } = this.#draft
    const model = this.#models.find((each) => each.id === id)
    this.#data.setDraft(this.#choices, this.#draft)
    setText(this.#modelDetail, model?.detail ?? '')
    this.#settings.setValues(settings, model?.defaults ?? {})
    this.#preset.show(settings)
    const { lengths } = this.#lengths?.model === id && this.#lengths.rows === rowsKey(this.#draft) ? this.#lengths : {}
    const maxLength = typeof settings.max_length === 'number' && !this.#settings.field('max_length')?.mistake ? settings.max_length : undefined
    this.#data.setLengths(lengths, maxLength, this.#preview?.preview !== undefined && model !== undefined && model.problem === undefined)
    const found = this.#foundModel
    const kept = found?.problem?.isAway && this.#newsSection ? undefined : found?.problem?.text
    this.#modelAccess.show(id, found?.problem?.access)
    const revisions = withChosen(found?.revisions ?? [], settings.model_revision)
    const revision = { setting: 'model_revision', label: l10n.t('Revision'), options: revisions, value: String(settings.model_revision ?? 'main'), mayBeNone: false } as const
    this.#revision.show(revisions.length > 1 ? [revision] : [])
    const { estimate, problem, draft } = this.#estimate ?? {}
    const isOld = draft === undefined || draftKey(draft) !== draftKey(this.#draft)
    this.#start.setRows(this.#available ?? (this.#canBeRead ? estimate?.choices?.available : undefined), settings)
    const away = this.#away
    this.#newsSection?.setAway(away)
    const wrong = isOld || away !== undefined ? undefined : problem?.setting
    const own = wrong === undefined ? undefined : wrong === 'model' ? this.#model : this.#settings.field(wrong)
    this.#model?.setMistake(model?.problem ?? kept ?? (own === this.#model ? problem?.text : undefined))
    if (own !== this.#model) own?.setMistake(problem?.text)
    const canBeEstimated = this.#canBeRead && this.#firstMistake() === undefined
    this.#start.setEstimate(isOld && !canBeEstimated ? undefined : estimate, isOld || own || away !== undefined ? undefined : problem, isOld && canBeEstimated)
    this.#start.setDownload((this.#preview?.download ?? 0) + (found?.download ?? 0))
    this.#start.setReason(this.#whyNot())
    this.#start.setBusy(this.#draft.data !== undefined && !this.#preview)
  }

  /** In the form for AG News: why its data or model cannot be had from the Hub. It is no mistake of the person's. */
  get #away(): string | undefined {
    const { problem, draft } = this.#estimate ?? {}
    if (!this.#newsSection || this.#preview?.away !== undefined) return this.#preview?.away
    const model = this.#foundModel?.problem
    if (model?.isAway) return model.text
    return problem?.isAway && draft && draftKey(draft) === draftKey(this.#draft) ? problem.text : undefined
  }

  /** What is known of the model that is chosen. */
  get #foundModel(): Message<'model'> | undefined {
    return this.#found && modelKey(this.#found.draft) === modelKey(this.#draft) ? this.#found : undefined
  }

  /** Rows that there are to train and to evaluate on, where that is known already. */
  get #available(): { train: number, evaluation: number } | undefined {
    const { preview, look } = this.#preview ?? {}
    if (preview) return { train: preview.train.available, evaluation: preview.evaluation.available }
    return look?.train.rows && look.evaluation?.rows ? { train: look.train.rows, evaluation: look.evaluation.rows } : undefined
  }

  /** Its rows are known, or come with the run. */
  get #canBeRead(): boolean {
    return this.#preview !== undefined && (this.#preview.preview !== undefined || this.#preview.download > 0)
  }

  #firstMistake(): Field | undefined {
    const { data, evaluation, text_column, label_column } = this.#data.fields
    return [data, evaluation, text_column, label_column, this.#model, ...this.#settings.all].find((each) => each?.mistake !== undefined)
  }

  /** Why the run cannot start yet. */
  #whyNot(): string | undefined {
    if (this.#draft.data === undefined) return l10n.t('Choose the data first.')
    const wrong = this.#firstMistake()
    if (wrong) return l10n.t('First put right: {0}', wrong.name)
    if (this.#away !== undefined) return l10n.t('This needs the Hugging Face Hub.')
    return this.#canBeRead ? undefined : l10n.t('Reading the rows…')
  }

  /** With a mistake in the form, that takes the focus instead. */
  #onStart(): void {
    if (this.#isStarting) return
    const wrong = this.#draft.data === undefined ? this.#data.fields.data : this.#firstMistake()
    if (wrong) return wrong.focus()
    if (this.#away !== undefined) return this.#newsSection?.focus()
    if (!this.#canBeRead) return
    this.setStarting(true)
    this.#start.setProblem(undefined)
    clearTimeout(this.#pause)
    this.#asked = this.#draft
    send({ type: 'start', draft: this.#draft })
  }
}
