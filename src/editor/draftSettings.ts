/** A form's draft as settings of a run, and the other way round. A page knows models and data by ids; where they lie stays here. */
import { checkSettings } from '../protocol/checkSettings.ts'
import { UserError } from '../protocol/errors.ts'
import { rowSettings } from '../protocol/formMessages.ts'
import type { Draft, SettingValue } from '../protocol/formMessages.ts'
import { tutorialRows } from '../protocol/formPresets.ts'
import { settingGroups, settingNames } from '../protocol/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import type { RunSettings } from '../protocol/workerRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { hubDataId, hubModelId } from './choices.ts'
import type { Choices } from './choices.ts'

/** What the tutorial trains and evaluates on, of AG News. */
export const tutorialDraft: Partial<Draft> = { model: hubModelId, data: hubDataId, settings: { max_train_samples: tutorialRows, max_eval_samples: tutorialRows } }

/** Settings of a run that are not typed into a form. */
const notTyped = ['model_name_or_path', 'dataset', 'validation_file', 'output_dir', 'resume_from_checkpoint']

const publishing = Object.keys(settingGroups.Publishing)

/** The model, data and settings of an earlier run, but not where it was to be published. @param run its folder */
export async function draftOf(choices: Choices, run: string): Promise<Draft> {
  const record = await readRunRecord(run)
  if (!record) throw new UserError('run.gone', { folder: run })
  const { model_name_or_path, dataset, validation_file } = record.settings
  const model = await choices.addModel(model_name_or_path)
  const settings: Readonly<Record<string, unknown>> = record.settings
  const defaults: Readonly<Record<string, unknown>> = checkSettings({ model_name_or_path, dataset, ...choices.model(model)!.choice.defaults })
  // Whether a model goes to the Hub is said for each run: a run folder may come from anywhere.
  const typed = settingNames.filter((name) => ![...notTyped, ...publishing].includes(name) && name in settings && settings[name] !== defaults[name])
  return {
    model, data: choices.addData(dataset),
    ...validation_file === null ? {} : { evaluation: choices.addData([validation_file]) },
    settings: Object.fromEntries(typed.map((name) => [name, settings[name] as SettingValue])),
  }
}

/** Not checked yet. */
export function givenSettings(choices: Choices, { model, settings, evaluation, ...draft }: Draft): RunSettings {
  const chosen = choices.model(model)
  if (!chosen) throw new Error('the page chose what it was not offered')
  // Where a run lies, and on what, is this side's to say, whatever the page sends.
  const typed = Object.fromEntries(Object.entries(settings).filter(([name]) => !notTyped.includes(name)))
  const [validation_file = null] = evaluation === undefined ? [] : choices.dataPaths(evaluation) ?? []
  return { ...chosen.choice.defaults, ...typed, model_name_or_path: chosen.path, dataset: [...dataPaths(choices, draft)], validation_file }
}

/** Settings of which only those about rows are the draft's: what else is wrong does not keep the rows from being shown. */
export function settingsOfRows(choices: Choices, draft: Draft): Settings {
  const given = givenSettings(choices, draft)
  const { model_name_or_path, model_revision, dataset, validation_file } = given
  return checkSettings({ ...Object.fromEntries(rowSettings.map((name) => [name, given[name]])), model_name_or_path, model_revision, dataset, validation_file })
}

export function dataPaths(choices: Choices, { data }: Pick<Draft, 'data'>): readonly string[] {
  const paths = data === undefined ? undefined : choices.dataPaths(data)
  if (!paths) throw new Error('the page chose what it was not offered')
  return paths
}

/** What of the draft's data there is to name in a message. */
export function chosenPaths(choices: Choices, draft: Draft): { data: readonly string[], evaluation: readonly string[] } {
  const [data, evaluation] = [draft.data, draft.evaluation].map((id) => id === undefined ? [] : choices.dataPaths(id) ?? [])
  return { data, evaluation }
}
