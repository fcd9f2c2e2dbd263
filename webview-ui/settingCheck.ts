/** What is wrong with typed settings, all of it, each at its field. */
import { checkSettings } from '../src/protocol/checkSettings.ts'
import { UserError } from '../src/protocol/errors.ts'
import type { SettingValue } from '../src/protocol/formMessages.ts'
import { mistakeField } from '../src/protocol/mistakeField.ts'
import type { SettingName } from '../src/protocol/settings.ts'

/** Mistakes by setting. Whether values agree is asked once each is right by itself. */
export function mistakesIn(given: Readonly<Record<string, SettingValue>>): Map<SettingName, UserError> {
  const mistakes = new Map<SettingName, UserError>()
  for (const [name, value] of Object.entries(given)) {
    const mistake = mistakeIn({ [name]: value })
    if (mistake?.code === 'settings.value') mistakes.set(name as SettingName, mistake)
  }
  const together = mistakes.size === 0 ? mistakeIn(given) : undefined
  if (together) mistakes.set(mistakeField(together) as SettingName, together)
  return mistakes
}

function mistakeIn(given: Readonly<Record<string, SettingValue>>): UserError | undefined {
  try {
    checkSettings({ ...given, model_name_or_path: 'model', dataset: ['data'] })
    return undefined
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}
