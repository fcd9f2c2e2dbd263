/** From what a person gave (flags, a JSON file, a form) to complete, checked settings. */
import { greaterIsBetter, type MetricName } from './bestMetric.ts'
import { UserError } from './errors.ts'
import { settingOf, shown } from './settingName.ts'
import { settingsSchema, valueType } from './settings.ts'
import type { SettingName, Settings } from './settings.ts'

type Parsed = ReturnType<typeof settingsSchema.parse>

/**
 * Checks names, values and their agreement, and fills in defaults. Throws a UserError for the first mistake: it names the
 * setting, its value and what is allowed.
 */
export function checkSettings(given: Readonly<Record<string, unknown>>): Settings {
  const named = underOwnNames(given)
  for (const name of ['model_name_or_path', 'dataset'] as const) {
    if (named[name] === undefined) throw new UserError('settings.missing', { setting: name, what: settingsSchema.shape[name].meta()?.description ?? '' })
  }
  const result = settingsSchema.safeParse(named)
  if (!result.success) throw wrongValue(result.error.issues[0].path[0] as SettingName, named)
  checkAgreement(result.data)
  return complete(result.data)
}

/** The given values by the names of our settings; what TrainingArguments has and means nothing here is left out. */
function underOwnNames(given: Readonly<Record<string, unknown>>): Partial<Record<SettingName, unknown>> {
  const named: Partial<Record<SettingName, unknown>> = {}
  for (const [name, value] of Object.entries(given)) {
    const setting = settingOf(name, value)
    if (setting === null || value === undefined) continue
    named[setting] = setting === 'dataset' && typeof value === 'string' ? [value] : value
  }
  return named
}

function wrongValue(setting: SettingName, named: Partial<Record<SettingName, unknown>>): UserError {
  const value = named[setting]
  const isNumeral = typeof value === 'string' && Number.isFinite(Number(value))
  return new UserError('settings.value', { setting, value: isNumeral ? JSON.stringify(value) : shown(value), allowed: valueType(setting).meta()?.allowed ?? '' })
}

/** Trainer's rules for settings that depend on each other (TrainingArguments._validate_args). */
function checkAgreement(settings: Parsed): void {
  if (settings.fp16 && settings.bf16) throw new UserError('settings.fp16-and-bf16', {})
  if (!settings.load_best_model_at_end) return
  const { eval_strategy, save_strategy, save_steps } = settings
  if (eval_strategy !== save_strategy) throw new UserError('settings.strategies-differ', { eval_strategy, save_strategy })
  const eval_steps = settings.eval_steps ?? settings.logging_steps
  if (eval_strategy === 'steps' && !isMultiple(save_steps, eval_steps)) throw new UserError('settings.save-steps', { save_steps, eval_steps })
}

/** Whether one interval is a round multiple of another, both in steps or both as shares of all steps. */
function isMultiple(steps: number, of: number): boolean {
  if ((steps < 1) !== (of < 1)) return false
  const ratio = steps / of
  return ratio >= 1 - 1e-9 && Math.abs(ratio - Math.round(ratio)) < 1e-9
}

/** Fills in what follows from other settings, as TrainingArguments.__post_init__ does. */
function complete({ warmup_ratio, ...settings }: Parsed): Settings {
  const metric = settings.metric_for_best_model.replace(/^eval_/, '') as MetricName
  return {
    ...settings,
    warmup_steps: settings.warmup_steps > 0 ? settings.warmup_steps : warmup_ratio ?? 0,
    eval_steps: settings.eval_steps ?? settings.logging_steps,
    metric_for_best_model: metric,
    greater_is_better: settings.greater_is_better ?? greaterIsBetter(metric),
  }
}
