/** The settings that a reference was made with, read as the product reads settings. */
import { checkSettings } from '../src/protocol/checkSettings.ts'
import { UserError } from '../src/protocol/errors.ts'
import { settingNames, stepsOf, type Settings } from '../src/protocol/settings.ts'
import { trainingArguments } from '../src/protocol/trainingArguments.ts'
import type { Schedule } from '../src/optim/schedule.ts'
import { Unreadable } from './unreadable.ts'

/** What `args` leave out is Trainer's default, where that is not the tutorial's. */
const trainerDefaults = { learning_rate: 5e-5, weight_decay: 0, per_device_train_batch_size: 8, per_device_eval_batch_size: 8 }

export interface ReferenceSettings {
  settings: Settings
  /** Names in `args` that are no settings of Trainer's. */
  unused: string[]
}

/** A setting that we cannot follow is an error that names `file`. Dropout is 0 whatever `args` say of it. */
export function readSettings(args: Readonly<Record<string, unknown>>, file: string): ReferenceSettings {
  const { dropout: _, warmup = 0, ...rest } = args
  const known = (name: string) => (settingNames as string[]).includes(name) || Object.hasOwn(trainingArguments, name)
  const given = Object.fromEntries(Object.entries(rest).filter(([name]) => known(name)))
  try {
    const settings = checkSettings({ model_name_or_path: file, dataset: [file], warmup_steps: warmup, ...trainerDefaults, ...given })
    return { settings, unused: Object.keys(rest).filter((name) => !known(name)) }
  } catch (error) {
    throw error instanceof UserError ? new Unreadable(`${file}: args: ${error.message}`) : error
  }
}

/** The learning rates of a run of so many steps. */
export function scheduleOf({ learning_rate, lr_scheduler_type, warmup_steps }: Settings, max_steps: number): Schedule {
  return { learning_rate, lr_scheduler_type, warmup_steps: stepsOf(warmup_steps, max_steps), max_steps }
}
