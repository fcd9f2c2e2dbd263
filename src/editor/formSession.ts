/** One form for a new run: what it offers, and what is found out for what is chosen in it, the latest draft's first. */
import * as vscode from 'vscode'
import type { RequestType } from 'vscode-jsonrpc/node'
import { checkSettings } from '../protocol/checkSettings.ts'
import { UserError, printable } from '../protocol/errors.ts'
import { modelKey, rowsKey, rowSettings } from '../protocol/formMessages.ts'
import type { Draft, Problem, SettingValue } from '../protocol/formMessages.ts'
import { tutorialRows } from '../protocol/formPresets.ts'
import { parseHubName } from '../protocol/hubName.ts'
import type { FromPanel, ToPanel } from '../protocol/panelMessages.ts'
import { settingNames } from '../protocol/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import { deviceRequest, estimateRequest, lengthsRequest, namedModelRequest, previewRequest } from '../protocol/workerRequests.ts'
import type { AheadParams, Mistake, RunSettings } from '../protocol/workerRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'
import type { HubAccount } from './hubAccount.ts'
import { embeddedId, hubDataId, hubModelId } from './choices.ts'
import type { Choices } from './choices.ts'
import { configured } from './configuration.ts'
import { errorText } from './errorText.ts'
import { formProblem, worded } from './formProblem.ts'
import { answerAccess } from './hubAccess.ts'
import { hasNativeCode } from './nativeCode.ts'
import type { Training } from './training.ts'
import type { WorkerClient } from './workerClient.ts'

export interface FormParts {
  choices: Choices
  /** Of this form alone: it is killed when what it works on is no longer asked for. */
  lookAhead: WorkerClient
  training: Training
  account: HubAccount
  log: vscode.LogOutputChannel
  send(message: ToPanel): void
}

/** Settings of a run that are not typed into a form. */
const notTyped = ['model_name_or_path', 'dataset', 'validation_file', 'output_dir', 'resume_from_checkpoint']

export class FormSession implements vscode.Disposable {
  readonly #parts: FormParts
  #draft: Draft | undefined
  #work: Promise<void> | undefined
  /** What was last told about the rows, and about their lengths. */
  #rows = ''
  #hasRows = false
  /** Rows, or data that is yet to be downloaded. */
  #isKnown = false
  #lengths = ''
  /** The model that was last told about, and whether it can be had. */
  #model = ''
  #hasModel = false
  #hasToldDevice = false

  constructor(parts: FormParts) {
    this.#parts = parts
  }

  dispose(): void {
    this.#draft = undefined
    this.#parts.lookAhead.dispose()
  }

  /** The form with the model, data and settings of an earlier run. */
  async draftOf(run: string): Promise<Draft> {
    const { choices } = this.#parts
    const record = await readRunRecord(run)
    if (!record) throw new UserError('run.gone', { folder: run })
    const { model_name_or_path, dataset, validation_file } = record.settings
    const model = await choices.addModel(model_name_or_path)
    const settings: Readonly<Record<string, unknown>> = record.settings
    const defaults: Readonly<Record<string, unknown>> = checkSettings({ model_name_or_path, dataset, ...choices.model(model)!.choice.defaults })
    const typed = settingNames.filter((name) => !notTyped.includes(name) && name in settings && settings[name] !== defaults[name])
    return {
      model, data: choices.addData(dataset),
      ...validation_file === null ? {} : { evaluation: choices.addData([validation_file]) },
      settings: Object.fromEntries(typed.map((name) => [name, settings[name] as SettingValue])),
    }
  }

  show(news: boolean, draft: Partial<Draft>): void {
    const { models, data } = this.#parts.choices
    this.#parts.send({ type: 'form', news, models, data, draft: { model: embeddedId, settings: {}, ...draft } })
  }

  async chooseModel(): Promise<void> {
    this.#sendChoices('model', await this.#parts.choices.askModel())
  }

  async chooseData({ kind, from }: Extract<FromPanel, { type: 'chooseData' }>): Promise<void> {
    this.#sendChoices(kind, await this.#parts.choices.askData(from, kind === 'data'))
  }

  /** What is written as `owner/name`, or so with `@revision`. */
  async chooseNamed({ kind, name }: Extract<FromPanel, { type: 'chooseNamed' }>): Promise<void> {
    const { choices } = this.#parts
    const { id, revision } = parseHubName(kind === 'data' ? 'dataset' : 'model', name)!
    const setting = kind === 'data' ? 'dataset_revision' : 'model_revision'
    this.#sendChoices(kind, kind === 'data' ? choices.addData([id]) : await choices.addModel(id), revision === 'main' ? {} : { [setting]: revision })
  }

  /** Finds out about this draft; what is under way for others is let go. */
  update(draft: Draft): Promise<void> {
    if (this.#draft && rowsKey(this.#draft) !== rowsKey(draft)) this.#parts.lookAhead.dispose()
    this.#draft = draft
    this.#work ??= this.#untilDone().finally(() => { this.#work = undefined })
    return this.#work
  }

  /** What was kept from a person may not be any more. */
  lookAgain(): Promise<void> | undefined {
    const draft = this.#draft
    this.dispose()
    this.#rows = this.#model = this.#lengths = ''
    return draft && this.update(draft)
  }

  /** Does what a person chose to do about what the Hub keeps. */
  async access({ kind, id, action }: Extract<FromPanel, { type: 'access' }>): Promise<void> {
    const name = kind === 'model' ? this.#parts.choices.model(id)?.path : this.#parts.choices.dataPaths(id)?.[0]
    if (name !== undefined && await answerAccess(this.#parts.account, kind, name, action)) await this.lookAgain()
  }

  /** Returns the run folder; undefined where the run could not begin, which is told at the form. */
  async start(draft: Draft): Promise<string | undefined> {
    this.dispose()
    try {
      return await this.#parts.training.start({ ...this.#given(draft), resume_from_checkpoint: null })
    } catch (error) {
      const problem = this.#problem(error, draft) ?? { text: errorText(error) }
      this.#parts.log.error(error as Error)
      this.#parts.send({ type: 'notStarted', problem })
      // What was typed meanwhile is newer.
      await this.update(this.#draft ?? draft)
      return undefined
    }
  }

  #sendChoices(kind: 'model' | 'data' | 'evaluation', id: string | undefined, settings: Draft['settings'] = {}): void {
    if (id === undefined) return
    if (kind !== 'model') this.#rows = '' // the same file again is to be read again
    const { models, data } = this.#parts.choices
    this.#parts.send({ type: 'choices', models, data, chosen: { kind, id, settings } })
  }

  async #untilDone(): Promise<void> {
    while (this.#draft) {
      const draft = this.#draft
      try {
        await this.#findOut(draft)
      } catch (error) {
        if (draft === this.#draft) throw error
      }
      if (draft === this.#draft) return
    }
  }

  async #findOut(draft: Draft): Promise<void> {
    const { choices } = this.#parts
    const model = choices.model(draft.model)
    if (!model) return
    await Promise.all([
      draft.data !== undefined && this.#rows !== rowsKey(draft) ? this.#preview(draft) : undefined,
      model.choice.problem === undefined && this.#model !== modelKey(draft) ? this.#tellModel(draft) : undefined,
    ])
    // Rows may be looked at in any workspace; the rest is about training.
    if (!vscode.workspace.isTrusted) return
    if (draft === this.#draft && !this.#hasToldDevice) await this.#tellDevice()
    if (draft !== this.#draft || draft.data === undefined || !this.#isKnown || !this.#hasModel || model.choice.problem !== undefined) return
    try {
      if (this.#hasRows) await this.#tellLengths(draft)
      if (draft === this.#draft) await this.#estimate(draft)
    } catch (error) {
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      this.#parts.send({ type: 'estimate', draft, problem })
    }
  }

  async #preview(draft: Draft): Promise<void> {
    const { send } = this.#parts
    this.#rows = ''
    this.#hasRows = this.#isKnown = false
    try {
      const { problem, preview, ...found } = await this.#ask(previewRequest, this.#rowSettings(draft))
      if (draft !== this.#draft && rowsKey(draft) !== rowsKey(this.#draft!)) return
      this.#hasRows = preview !== undefined
      this.#isKnown = problem === undefined
      send({ type: 'preview', draft, ...found, preview, problem: problem && worded(problem, this.#chosenPaths(draft)) })
    } catch (error) {
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      send({ type: 'preview', draft, columns: [], notices: [], download: 0, problem })
    }
    this.#rows = rowsKey(draft)
  }

  async #tellModel(draft: Draft): Promise<void> {
    const { send } = this.#parts
    const model_name_or_path = this.#parts.choices.model(draft.model)!.path
    const { model_revision = 'main' } = draft.settings
    this.#model = ''
    try {
      const settings = checkSettings({ model_name_or_path, model_revision, dataset: [model_name_or_path] })
      const found = await this.#ask(namedModelRequest, settings)
      this.#hasModel = true
      send({ type: 'model', draft, ...found })
    } catch (error) {
      if (modelKey(draft) !== modelKey(this.#draft ?? draft)) return
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      this.#hasModel = false
      send({ type: 'model', draft, download: 0, revisions: [], problem: { ...problem, setting: 'model' } })
    }
    this.#model = modelKey(draft)
  }

  async #tellDevice(): Promise<void> {
    if (!hasNativeCode()) return
    this.#parts.send({ type: 'device', device: await this.#parts.lookAhead.request(deviceRequest, configured('leaveOneCoreFree')) })
    this.#hasToldDevice = true
  }

  async #tellLengths(draft: Draft): Promise<void> {
    const key = draft.model + rowsKey(draft)
    if (this.#lengths === key) return
    const lengths = await this.#ask(lengthsRequest, this.#rowSettings(draft))
    this.#parts.send({ type: 'lengths', draft, lengths })
    this.#lengths = key
  }

  /** Nothing is told where a setting is wrong: the page says so at its field. */
  async #estimate(draft: Draft): Promise<void> {
    const { lookAhead, training, send } = this.#parts
    const settings = checked({ ...this.#given(draft), output_dir: training.nextFolder(this.#paths(draft)) })
    if (!settings) return
    const estimated = await lookAhead.request(estimateRequest, { settings, token: await this.#token(settings), leaveOneCoreFree: configured('leaveOneCoreFree') })
    send({ type: 'estimate', draft, estimate: estimated === null ? undefined : { ...estimated, folder: printable(vscode.workspace.asRelativePath(settings.output_dir)) } })
  }

  #given({ model, settings, evaluation, ...draft }: Draft): RunSettings {
    const chosen = this.#parts.choices.model(model)
    if (!chosen) throw new Error('the page chose what it was not offered')
    // Where a run lies, and on what, is this side's to say, whatever the page sends.
    const typed = Object.fromEntries(Object.entries(settings).filter(([name]) => !notTyped.includes(name)))
    const [validation_file = null] = evaluation === undefined ? [] : this.#parts.choices.dataPaths(evaluation) ?? []
    return { ...chosen.choice.defaults, ...typed, model_name_or_path: chosen.path, dataset: [...this.#paths(draft)], validation_file }
  }

  #paths({ data }: Pick<Draft, 'data'>): readonly string[] {
    const paths = data === undefined ? undefined : this.#parts.choices.dataPaths(data)
    if (!paths) throw new Error('the page chose what it was not offered')
    return paths
  }

  /** Settings of which only those about rows are the draft's: what else is wrong does not keep the rows from being shown. */
  #rowSettings(draft: Draft): Settings {
    const given = this.#given(draft)
    const { model_name_or_path, model_revision, dataset, validation_file } = given
    return checkSettings({ ...Object.fromEntries(rowSettings.map((name) => [name, given[name]])), model_name_or_path, model_revision, dataset, validation_file })
  }

  async #ask<Result>(type: RequestType<AheadParams, Result, Mistake>, settings: Settings): Promise<Result> {
    return this.#parts.lookAhead.request(type, { settings, token: await this.#token(settings) })
  }

  /** Only for what is on the Hub: what is here needs no account. */
  async #token(settings: Settings): Promise<string | null> {
    const isNamed = hubModel(settings) !== undefined || hubDataset(settings) !== undefined
    return isNamed ? await this.#parts.account.readingToken() ?? null : null
  }

  /** What is wrong, where a person can mend it. */
  #problem(error: unknown, draft: Draft): Problem | undefined {
    return formProblem(error, this.#chosenPaths(draft))
  }

  #chosenPaths(draft: Draft): { data: readonly string[], evaluation: readonly string[] } {
    const [data, evaluation] = [draft.data, draft.evaluation].map((id) => id === undefined ? [] : this.#parts.choices.dataPaths(id) ?? [])
    return { data, evaluation }
  }
}

function checked(given: RunSettings): Settings | undefined {
  try {
    return checkSettings(given)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** What the tutorial trains and evaluates on, of AG News. */
export const tutorialDraft: Partial<Draft> = { model: hubModelId, data: hubDataId, settings: { max_train_samples: tutorialRows, max_eval_samples: tutorialRows } }
