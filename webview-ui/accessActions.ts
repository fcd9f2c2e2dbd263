/** What a person can do where the Hub does not let the chosen model or data be read: under what says why. */
import * as l10n from '@vscode/l10n'
import type { AccessAction, HubKind } from '../src/protocol/hubMessages.ts'
import { element } from './dom.ts'
import { send } from './host.ts'
import { button } from './kit.ts'

export class AccessActions {
  readonly root = element('div', { class: 'row access' })
  readonly #kind: HubKind
  #shown = ''

  constructor(kind: HubKind) {
    this.#kind = kind
  }

  /** @param id of what is chosen */
  show(id: string | undefined, actions: readonly AccessAction[] = []): void {
    const shown = JSON.stringify([id, actions])
    if (shown === this.#shown) return
    this.#shown = shown
    this.root.replaceChildren(...id === undefined ? [] : actions.map((action) => button(wordsOf(action), () => send({ type: 'access', kind: this.#kind, id, action }))) as unknown as Node[])
  }
}

function wordsOf(action: AccessAction): string {
  switch (action) {
    case 'signInForGated':
    case 'signInForPrivate': return l10n.t('Sign In…')
    case 'askAccess': return l10n.t('Ask for Access…')
    case 'openTokens': return l10n.t('Open Your Tokens…')
    case 'lookAgain': return l10n.t('Look Again')
  }
}
