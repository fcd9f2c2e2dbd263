/** One form for a new run: what it offers, and what is found out for what is chosen in it, the latest draft's first. */
import * as vscode from 'vscode'
import type { RequestType } from 'vscode-jsonrpc/node'
import { checkSettings } from '../protocol/checkSettings.ts'
import { UserError, printable } from '../protocol/errors.ts'
import { modelKey, rowsKey } from '../protocol/formMessages.ts'
import type { Draft, Problem } from '../protocol/formMessages.ts'
import { parseHubName } from '../protocol/hubName.ts'
import type { FromPanel, ToPanel } from '../protocol/panelMessages.ts'
import type { Settings } from '../protocol/settings.ts'
import { deviceRequest, estimateRequest, lengthsRequest, namedModelRequest, previewRequest } from '../protocol/workerRequests.ts'
import type { AheadParams, Mistake, RunSettings } from '../protocol/workerRequests.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'
import type { HubAccount } from './hubAccount.ts'
import { embeddedId } from './choices.ts'
import type { Choices } from './choices.ts'
import { configured } from './configuration.ts'
import { chosenPaths, dataPaths, givenSettings, settingsOfRows } from './draftSettings.ts'
import { errorText } from './errorText.ts'
import { formProblem, worded } from './formProblem.ts'
import { answerAccess } from './hubAccess.ts'
import type { Log } from './log.ts'
import { hasNativeCode } from './nativeCode.ts'
import type { Training } from './training.ts'
import type { WorkerClient } from './workerClient.ts'

export interface FormParts {
  choices: Choices
  /** Of this form alone: it is killed when what it works on is no longer asked for. */
  lookAhead: WorkerClient
  training: Training
  account: HubAccount
  log: Log
  send(message: ToPanel): void
}

/** What a page was told last. */
interface Told {
  /** Of which draft's rows, whether they could be read, and whether they can be had: those yet to be downloaded count too. */
  rows: string
  hasRows: boolean
  canHaveRows: boolean
  lengths: string
  /** Of which draft's model, and whether it can be had. */
  model: string
  hasModel: boolean
  hasDevice: boolean
}

const nothing: Told = { rows: '', hasRows: false, canHaveRows: false, lengths: '', model: '', hasModel: false, hasDevice: false }

export class FormSession implements vscode.Disposable {
  readonly #parts: FormParts
  #draft: Draft | undefined
  #work: Promise<void> | undefined
  #told: Told = { ...nothing }
  #isDisposed = false

  constructor(parts: FormParts) {
    this.#parts = parts
  }

  dispose(): void {
    this.#isDisposed = true
    this.#pause()
  }

  /** Shows the form in a page that knows nothing yet: a new one, or one that was loaded again. */
  show(news: boolean, draft: Partial<Draft>): void {
    const { models, data } = this.#parts.choices
    this.#pause()
    this.#told = { ...nothing }
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
  async update(draft: Draft): Promise<void> {
    if (this.#isDisposed) return
    if (this.#draft && rowsKey(this.#draft) !== rowsKey(draft)) this.#parts.lookAhead.dispose()
    this.#draft = draft
    this.#work ??= this.#untilDone().finally(() => { this.#work = undefined })
    await this.#work
  }

  /** What was kept from a person may not be any more. */
  lookAgain(): Promise<void> | undefined {
    const draft = this.#draft
    this.#pause()
    this.#told = { ...this.#told, rows: '', model: '', lengths: '' }
    return draft && this.update(draft)
  }

  /** Does what a person chose to do about what the Hub keeps. */
  async access({ kind, id, action }: Extract<FromPanel, { type: 'access' }>): Promise<void> {
    const name = kind === 'model' ? this.#parts.choices.model(id)?.path : this.#parts.choices.dataPaths(id)?.[0]
    if (name !== undefined && await answerAccess(this.#parts.account, kind, name, action)) await this.lookAgain()
  }

  /** Returns the run folder; undefined where the run could not begin, which is told at the form. */
  async start(draft: Draft): Promise<string | undefined> {
    this.#pause()
    try {
      return await this.#parts.training.start({ ...givenSettings(this.#parts.choices, draft), resume_from_checkpoint: null })
    } catch (error) {
      const problem = this.#problem(error, draft) ?? { text: errorText(error) }
      this.#parts.log.error(error)
      this.#parts.send({ type: 'notStarted', problem })
      // What was typed meanwhile is newer.
      await this.update(this.#draft ?? draft)
      return undefined
    }
  }

  /** Lets go of what is under way, until there is a draft again. */
  #pause(): void {
    this.#draft = undefined
    this.#parts.lookAhead.dispose()
  }

  #sendChoices(kind: 'model' | 'data' | 'evaluation', id: string | undefined, settings: Draft['settings'] = {}): void {
    if (id === undefined) return
    if (kind !== 'model') this.#told = { ...this.#told, rows: '' } // the same file again is to be read again
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
      draft.data !== undefined && this.#told.rows !== rowsKey(draft) ? this.#preview(draft) : undefined,
      model.choice.problem === undefined && this.#told.model !== modelKey(draft) ? this.#tellModel(draft) : undefined,
    ])
    // Rows may be looked at in any workspace; the rest is about training.
    if (!vscode.workspace.isTrusted) return
    if (draft === this.#draft && !this.#told.hasDevice) await this.#tellDevice()
    if (draft !== this.#draft || draft.data === undefined || !this.#told.canHaveRows || !this.#told.hasModel || model.choice.problem !== undefined) return
    try {
      if (this.#told.hasRows) await this.#tellLengths(draft)
      if (draft === this.#draft) await this.#estimate(draft)
    } catch (error) {
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      this.#parts.send({ type: 'estimate', draft, problem })
    }
  }

  async #preview(draft: Draft): Promise<void> {
    const { choices, send } = this.#parts
    const told = this.#told
    Object.assign(told, { rows: '', hasRows: false, canHaveRows: false })
    try {
      const { problem, preview, ...found } = await this.#ask(previewRequest, settingsOfRows(choices, draft))
      if (!this.#draft || rowsKey(draft) !== rowsKey(this.#draft)) return
      Object.assign(told, { hasRows: preview !== undefined, canHaveRows: problem === undefined })
      send({ type: 'preview', draft, ...found, preview, problem: problem && worded(problem, chosenPaths(choices, draft)) })
    } catch (error) {
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      send({ type: 'preview', draft, columns: [], notices: [], download: 0, problem })
    }
    told.rows = rowsKey(draft)
  }

  async #tellModel(draft: Draft): Promise<void> {
    const { choices, send } = this.#parts
    const told = this.#told
    const model_name_or_path = choices.model(draft.model)!.path
    const { model_revision = 'main' } = draft.settings
    told.model = ''
    try {
      const settings = checkSettings({ model_name_or_path, model_revision, dataset: [model_name_or_path] })
      const found = await this.#ask(namedModelRequest, settings)
      told.hasModel = true
      send({ type: 'model', draft, ...found })
    } catch (error) {
      if (modelKey(draft) !== modelKey(this.#draft ?? draft)) return
      const problem = this.#problem(error, draft)
      if (!problem) throw error
      told.hasModel = false
      send({ type: 'model', draft, download: 0, revisions: [], problem: { ...problem, setting: 'model' } })
    }
    told.model = modelKey(draft)
  }

  async #tellDevice(): Promise<void> {
    if (!hasNativeCode()) return
    this.#parts.send({ type: 'device', device: await this.#parts.lookAhead.request(deviceRequest, configured('leaveOneCoreFree')) })
    this.#told.hasDevice = true
  }

  async #tellLengths(draft: Draft): Promise<void> {
    const key = draft.model + rowsKey(draft)
    if (this.#told.lengths === key) return
    const lengths = await this.#ask(lengthsRequest, settingsOfRows(this.#parts.choices, draft))
    this.#parts.send({ type: 'lengths', draft, lengths })
    this.#told.lengths = key
  }

  /** Nothing is told where a setting is wrong: the page says so at its field. */
  async #estimate(draft: Draft): Promise<void> {
    const { choices, lookAhead, training, send } = this.#parts
    const settings = checked({ ...givenSettings(choices, draft), output_dir: training.nextFolder(dataPaths(choices, draft)) })
    if (!settings) return
    const token = await this.#token(settings)
    const estimated = await lookAhead.request(estimateRequest, { settings, token, leaveOneCoreFree: configured('leaveOneCoreFree') })
    const folder = printable(vscode.workspace.asRelativePath(settings.output_dir))
    send({ type: 'estimate', draft, estimate: estimated === null ? undefined : { ...estimated, folder } })
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
    return formProblem(error, chosenPaths(this.#parts.choices, draft))
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
