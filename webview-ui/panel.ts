/** The page of our panels: the form, a run, or several runs beside each other. */
import './plainZod.ts'
import './l10n.ts'
import * as l10n from '@vscode/l10n'
import { ComparePage } from './comparePage.ts'
import { element } from './dom.ts'
import { FormPage } from './formPage.ts'
import { listen, remember, rememberedDraft, send } from './host.ts'
import { link } from './kit.ts'
import { RunPage } from './runPage.ts'

const page = document.querySelector('#page')!
const problem = element('p', { class: 'problem', role: 'alert' })
problem.hidden = true
/** Shown by the style of an untrusted workspace alone. */
const restricted = element('p', { class: 'restricted-note', role: 'status' },
  l10n.t('Restricted Mode: data and runs can be looked at; training and classifying need a trusted workspace.'), ' ',
  link(l10n.t('Manage Trust'), () => send({ type: 'manageTrust' })))
let shown: FormPage | RunPage | ComparePage | undefined

/** Another page begins at its top, and is read out from there, where a person is in this one at all. */
function show(next: FormPage | RunPage | ComparePage): void {
  // A run that begins anew in its place stays where it is looked at.
  const isOther = shown !== undefined && !(shown instanceof RunPage && next instanceof RunPage && shown.id === next.id)
  shown = next
  problem.hidden = true
  page.replaceChildren(restricted, problem, next.root)
  if (!isOther) return
  window.scrollTo(0, 0)
  const title = next.root.querySelector('h1')!
  title.tabIndex = -1
  if (document.hasFocus()) title.focus()
}

/** What a person asks for next may go well: what went wrong before is no longer said. */
for (const event of ['click', 'input', 'change']) page.addEventListener(event, ({ target }) => { if (target !== problem) problem.hidden = true })

listen((message) => {
  switch (message.type) {
    case 'trust':
      document.body.classList.toggle('restricted', !message.isWorkspaceTrusted)
      return
    case 'form':
      return show(new FormPage({ ...message, draft: rememberedDraft(message) ?? message.draft }))
    case 'choices':
      if (shown instanceof FormPage) shown.setChoices(message)
      return
    case 'preview':
      if (shown instanceof FormPage) shown.setPreview(message)
      return
    case 'found':
      if (shown instanceof FormPage) shown.setFound(message)
      return
    case 'model':
      if (shown instanceof FormPage) shown.setModel(message)
      return
    case 'device':
      if (shown instanceof FormPage) shown.setDevice(message)
      return
    case 'lengths':
      if (shown instanceof FormPage) shown.setLengths(message)
      return
    case 'estimate':
      if (shown instanceof FormPage) shown.setEstimate(message)
      return
    case 'notStarted':
      if (shown instanceof FormPage) shown.setNotStarted(message)
      return
    case 'run':
      remember({ run: message.run.id })
      return show(new RunPage(message.run, message.events))
    case 'events':
      if (shown instanceof RunPage) shown.add(message.events)
      return
    case 'header':
      if (shown instanceof RunPage && shown.id === message.run.id) shown.setHeader(message.run)
      return
    case 'prediction':
      if (shown instanceof RunPage) shown.showPrediction(message)
      return
    case 'compare':
      remember({ compare: message.runs.map(({ run }) => run.id) })
      if (shown instanceof ComparePage) return shown.update(message)
      return show(new ComparePage(message))
    case 'rows':
    case 'noRows':
    case 'corrections':
      if (shown instanceof RunPage) shown.showRows(message)
      return
    case 'problem':
      problem.textContent = message.text
      problem.hidden = false
      if (shown instanceof FormPage) shown.setStarting(false)
      if (shown instanceof RunPage) shown.allowActions()
  }
})
send({ type: 'ready' })
