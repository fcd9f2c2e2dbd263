/** The head of the form for AG News: what the tutorial does, and what can be done at once where the Hub cannot be had. */
import * as l10n from '@vscode/l10n'
import { element, setText } from './dom.ts'
import { button } from './kit.ts'

export class NewsSection {
  readonly root: HTMLElement
  readonly #hub = element('p', { role: 'status' })
  readonly #sample: ReturnType<typeof button>

  /** @param onTry trains the built-in model on the built-in sample */
  constructor(onTry: () => void) {
    this.#sample = button(l10n.t('Try now with the built-in News sample (under a minute)'), onTry, 'primary')
    this.root = element('section', { class: 'news' },
      element('p', {}, l10n.t('Teach DistilBERT to tell World, Sports, Business and Sci/Tech apart, as in Hugging Face\'s tutorial.')),
      this.#hub,
      element('div', { class: 'row' }, this.#sample as unknown as Node))
    this.setAway(undefined)
  }

  /** @param why the Hub's model or data cannot be had; undefined: they can */
  setAway(why: string | undefined): void {
    setText(this.#hub, why ?? l10n.t('Both come from the Hugging Face Hub; without it, there is a small sample of the data with a small model.'))
  }

  set disabled(isDisabled: boolean) {
    this.#sample.disabled = isDisabled
  }

  focus(): void {
    this.#sample.focus()
  }
}
