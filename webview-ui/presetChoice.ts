/** Settings that go together, to begin from. */
import * as l10n from '@vscode/l10n'
import { presetOf, presets } from '../src/protocol/formPresets.ts'
import type { PresetName } from '../src/protocol/formPresets.ts'
import { element, setText } from './dom.ts'
import { dropdown, link, showValue } from './kit.ts'
import type { Values } from './settingFields.ts'

export interface PresetChoice {
  root: HTMLElement
  show(values: Values): void
}

/** @param onChoose with the preset's settings */
export function presetChoice(onChoose: (values: Values) => void): PresetChoice {
  const words: Record<PresetName | 'own', { name: string, explained: string }> = {
    tutorial: { name: l10n.t('Tutorial'), explained: l10n.t('The settings of Hugging Face\'s text classification tutorial.') },
    quick: { name: l10n.t('Quick look'), explained: l10n.t('One pass over texts cut at 128 tokens: whether it works at all.') },
    careful: { name: l10n.t('Careful'), explained: l10n.t('Five passes with a slow start; the best by macro F1, so that small classes count.') },
    own: { name: l10n.t('Your own'), explained: l10n.t('Changed settings are marked.') },
  }
  const names = Object.keys(words) as (keyof typeof words)[]
  const list = dropdown({ label: l10n.t('Preset'), value: 'tutorial', onInput: (name) => { if (name !== 'own') onChoose(presets[name as PresetName]) } },
    names.map((name) => ({ value: name, text: words[name].name })))
  const reset = link(l10n.t('Reset all'), () => onChoose({}))
  const explained = element('p', { class: 'help' })
  return {
    root: element('div', { class: 'preset' }, element('div', { class: 'row' }, list as unknown as Node, reset), explained),
    show(values) {
      const name = presetOf(values) ?? 'own'
      showValue(list, name)
      reset.hidden = name === 'tutorial'
      setText(explained, words[name].explained)
    },
  }
}
