/** Classifies what is typed, with the run's model. */
import * as l10n from '@vscode/l10n'
import type { ToPanel } from '../src/protocol/panelMessages.ts'
import { bar, element, setText } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { textArea } from './kit.ts'

export interface TryIt {
  root: HTMLElement
  show(prediction: Extract<ToPanel, { type: 'prediction' }>): void
}

const pauseMilliseconds = 150
const shownLabels = 8

export function tryIt(run: string): TryIt {
  let request = 0
  let pause: ReturnType<typeof setTimeout> | undefined
  const answer = element('div', { class: 'scores', role: 'status' })
  const time = element('p', { class: 'subtitle' })
  const field = textArea({
    value: '', label: l10n.t('Text to classify'),
    onInput(text) {
      clearTimeout(pause)
      request++
      if (text.trim() === '') {
        setText(time, '')
        return answer.replaceChildren()
      }
      pause = setTimeout(() => send({ type: 'classify', run, request, text }), pauseMilliseconds)
    },
  })
  field.placeholder = l10n.t('Type or paste a text')
  return {
    root: element('section', { class: 'try-it' }, element('h2', {}, l10n.t('Try it')), field as unknown as Node, answer, time),
    show({ request: answered, scores, milliseconds }) {
      if (answered !== request) return
      // A single score is no share of anything: it is the number that a regression tells.
      answer.replaceChildren(...scores.length === 1 ? [element('strong', {}, format.short(scores[0].score))] : scores.slice(0, shownLabels).flatMap(({ label, score }) =>
        [element('span', {}, label), bar(score), element('span', { class: 'number' }, format.percent(score))]))
      setText(time, l10n.t('{0} ms', Math.max(1, Math.round(milliseconds))))
    },
  }
}
