/**
 * Search on the Hugging Face Hub as a person types, or the exact name typed: a combobox with a list of options, as ARIA 1.2 and its
 * authoring practices have it (the focus stays in the input, `aria-activedescendant` tells the option).
 */
import * as l10n from '@vscode/l10n'
import { parseHubName } from '../src/protocol/hubName.ts'
import type { FoundRepository, HubKind } from '../src/protocol/hubMessages.ts'
import { element, setText } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { button, searchInput } from './kit.ts'

/** Time in which more may be typed. */
const pauseMilliseconds = 250

export class HubSearch {
  /** Opens the search and closes it. */
  readonly toggle: ReturnType<typeof button>
  readonly root = element('div', { class: 'hub-search' })
  readonly #kind: HubKind
  readonly #input: HTMLInputElement
  readonly #list: HTMLElement
  readonly #status = element('p', { class: 'help', role: 'status' })
  #names: string[] = []
  #active = -1
  #request = 0
  #pause: ReturnType<typeof setTimeout> | undefined

  constructor(kind: HubKind) {
    this.#kind = kind
    const label = kind === 'model' ? l10n.t('Search models on the Hugging Face Hub') : l10n.t('Search datasets on the Hugging Face Hub')
    this.toggle = button(l10n.t('Search the Hub…'), () => this.#show(this.root.hidden === true))
    this.#list = element('ul', { role: 'listbox', id: `${kind}-found`, 'aria-label': kind === 'model' ? l10n.t('Models') : l10n.t('Datasets') })
    this.#input = searchInput({ label, placeholder: kind === 'model' ? l10n.t('Words, or a name such as {0}', 'distilbert/distilbert-base-uncased') : l10n.t('Words, or a name such as {0}', 'fancyzhx/ag_news'), list: this.#list.id })
    this.#input.addEventListener('input', () => this.#onInput())
    this.#input.addEventListener('keydown', (event) => this.#onKey(event))
    this.#input.addEventListener('blur', () => this.#collapse())
    this.#input.addEventListener('focus', () => this.#expand())
    this.root.append(element('div', { class: 'search-field' }, this.#input, this.#list), this.#status)
    this.#show(false)
  }

  /** What a search came to; that of an older one is not shown. */
  setFound(request: number, repositories: readonly FoundRepository[], problem: string | undefined): void {
    if (request !== this.#request || this.root.hidden) return
    const typed = parseHubName(this.#type, this.#input.value.trim()) && !repositories.some(({ id }) => id === this.#input.value.trim()) ? [this.#input.value.trim()] : []
    this.#offer([...repositories.map((repository) => ({ name: repository.id, facts: factsOf(repository) })), ...typed.map((name) => ({ name, facts: l10n.t('use this name as it is') }))])
    const found = repositories.length
    setText(this.#status, problem ?? (found === 0 ? l10n.t('Nothing found on the Hub.') : found === 1 ? l10n.t('1 found, the arrow keys choose it') : l10n.t('{0} found, the most used first', found)))
  }

  close(): void {
    this.#show(false)
  }

  get #type(): 'model' | 'dataset' {
    return this.#kind === 'data' ? 'dataset' : 'model'
  }

  #show(isShown: boolean): void {
    const hadFocus = this.root.contains(document.activeElement)
    this.root.hidden = !isShown
    this.toggle.setAttribute('aria-expanded', String(isShown))
    this.#forget()
    this.#input.value = ''
    setText(this.#status, '')
    if (isShown) this.#input.focus()
    else if (hadFocus) this.toggle.focus()
  }

  #onInput(): void {
    this.#forget()
    const words = this.#input.value.trim()
    setText(this.#status, words === '' ? '' : l10n.t('Searching…'))
    if (words === '') return
    this.#pause = setTimeout(() => send({ type: 'search', kind: this.#kind, request: this.#request, words: words.split('@')[0].slice(0, 200) || words }), pauseMilliseconds)
  }

  /** What was asked for is no longer waited for. */
  #forget(): void {
    clearTimeout(this.#pause)
    this.#request++
    this.#offer([])
  }

  #offer(options: readonly { name: string, facts: string }[]): void {
    this.#names = options.map(({ name }) => name)
    this.#list.replaceChildren(...options.map(({ name, facts }, index) => {
      const option = element('li', { role: 'option', id: `${this.#list.id}-${index}`, 'aria-selected': 'false' }, element('span', { class: 'title' }, name), ' ', element('span', { class: 'facts' }, facts))
      // Before the input loses the focus, which would close the list.
      option.addEventListener('mousedown', (event) => event.preventDefault())
      option.addEventListener('click', () => this.#choose(name))
      return option
    }))
    this.#mark(-1)
    if (document.activeElement === this.#input) this.#expand()
  }

  #onKey(event: KeyboardEvent): void {
    const { length } = this.#names
    const isOpen = !this.#list.hidden
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault()
        if (!isOpen) this.#expand()
        else this.#mark(event.key === 'ArrowDown' ? (this.#active + 1) % length : (this.#active <= 0 ? length : this.#active) - 1)
        return
      }
      case 'Enter': {
        event.preventDefault()
        const typed = this.#input.value.trim()
        const name = isOpen && this.#active >= 0 ? this.#names[this.#active] : typed
        if (parseHubName(this.#type, name)) this.#choose(name)
        else if (typed !== '') setText(this.#status, l10n.t('That is no name of the Hub: choose one that was found, or type it as owner/name.'))
        return
      }
      case 'Escape':
        event.preventDefault()
        if (isOpen) this.#collapse()
        else this.#show(false)
    }
  }

  #mark(index: number): void {
    this.#list.children[this.#active]?.setAttribute('aria-selected', 'false')
    this.#active = index
    const option = this.#list.children[index]
    if (!option) return this.#input.removeAttribute('aria-activedescendant')
    option.setAttribute('aria-selected', 'true')
    this.#input.setAttribute('aria-activedescendant', option.id)
    option.scrollIntoView({ block: 'nearest' })
  }

  #expand(): void {
    this.#list.hidden = this.#names.length === 0
    this.#input.setAttribute('aria-expanded', String(!this.#list.hidden))
  }

  #collapse(): void {
    this.#mark(-1)
    this.#list.hidden = true
    this.#input.setAttribute('aria-expanded', 'false')
  }

  #choose(name: string): void {
    this.#show(false)
    send({ type: 'chooseNamed', kind: this.#kind, name })
  }
}

/** `1.2M downloads · 268 MB · apache-2.0 · fill-mask · gated`. */
function factsOf({ downloads, bytes, rows, license, task, isGated }: FoundRepository): string {
  return [
    l10n.t('{0} downloads', format.compact(downloads)),
    bytes === null || bytes === 0 ? undefined : format.bytes(bytes),
    rows === null ? undefined : l10n.t('{0} rows', rows.replace(/(<n)?</, ' – ').replace(/^n – /, '< ')),
    license ?? l10n.t('no licence given'),
    task ?? undefined,
    isGated ? l10n.t('gated') : undefined,
  ].filter((fact) => fact !== undefined).join(' · ')
}
