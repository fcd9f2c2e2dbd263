/** Mistakes and notices in a person's language: a surface looks up the template, the arguments are filled in as they are. */
import { fill } from './errors.ts'
import { messages } from './messages.ts'
import { noticeTexts } from './notices.ts'
import { settingWords } from './settingWords.ts'
import { settingGroups, settingNames, settingsSchema, valueType } from './settings.ts'

/** The translation of an English text, or the text itself. */
export type Translate = (text: string) => string

interface Coded {
  code: string
  args: Record<string, string | number>
}

/** Arguments whose values are words of ours, out of the settings' schema. */
const ownWords = ['allowed', 'what']

/** The words of a mistake, or undefined for a code of another version. */
export function mistakeText(translate: Translate, mistake: Coded): string | undefined {
  return worded(translate, messages, mistake)
}

/** The words of a notice: its own where its code is of another version. */
export function noticeText(translate: Translate, notice: Coded & { text: string }): string {
  return worded(translate, noticeTexts, notice) ?? notice.text
}

/** Every English text that is looked up by a name or a code, so that no call of `l10n.t` shows it. */
export function lookedUpTexts(): string[] {
  return [
    ...Object.values(messages), ...Object.values(noticeTexts), ...Object.keys(settingGroups),
    ...settingNames.flatMap((name) => {
      const { description, unit } = settingsSchema.shape[name].meta() ?? {}
      return [settingWords(name), description, unit, valueType(name).meta()?.allowed]
    }),
  ].filter((text) => text !== undefined)
}

function worded(translate: Translate, templates: Readonly<Record<string, string>>, { code, args }: Coded): string | undefined {
  if (!Object.hasOwn(templates, code)) return undefined
  const translated = Object.entries(args).map(([name, value]) => [name, ownWords.includes(name) ? translate(String(value)) : value])
  return fill(translate(templates[code]), Object.fromEntries(translated))
}
