/** The foot of the form: how many rows, on what device, what it takes, and Start. */
import * as l10n from '@vscode/l10n'
import type { Device, Draft, Estimate, Problem } from '../src/protocol/formMessages.ts'
import { tutorialRows } from '../src/protocol/formPresets.ts'
import { element, setText } from './dom.ts'
import { labelled } from './field.ts'
import * as format from './format.ts'
import { busy, button, radioGroup } from './kit.ts'

export class StartSection {
  readonly root: HTMLElement
  /** How many rows: offered where there are more than the tutorial takes. */
  readonly amount = element('div')
  readonly #onRows: (rows: Pick<Draft['settings'], string>) => void
  readonly #all = element('span', { class: 'time' })
  readonly #tutorial = element('span', { class: 'time' })
  readonly #device = element('p', {}, '…')
  readonly #estimate = element('p', { class: 'estimate' })
  readonly #reason = element('p', { class: 'help', id: 'reason', role: 'status' })
  readonly #download = element('span', { class: 'help' })
  readonly #starting = element('div')
  readonly #problem = element('p', { class: 'mistake', role: 'alert' })
  readonly start: ReturnType<typeof button>
  #amountFor = ''
  #isOnCpu = true
  #isBusy = false
  #isStarting = false

  constructor(onStart: () => void, onRows: (rows: Pick<Draft['settings'], string>) => void) {
    this.#onRows = onRows
    this.start = button(l10n.t('Start'), onStart, 'primary')
    this.start.setAttribute('aria-describedby', 'reason')
    const row = element('div', { class: 'row start' }, this.start as unknown as Node, this.#download, this.#reason)
    this.root = element('footer', {}, labelled(l10n.t('Device'), this.#device), labelled('', this.#estimate, row, this.#problem, this.#starting))
    this.setEstimate(undefined, undefined, false)
  }

  setRows(available: { train: number, evaluation: number } | undefined, { max_train_samples = null, max_eval_samples = null }: Draft['settings']): void {
    const { train = 0, evaluation = 0 } = available ?? {}
    const isOffered = train > tutorialRows
    const areBoth = (rows: number | null) => max_train_samples === rows && max_eval_samples === rows
    const chosen = areBoth(null) ? 'all' : areBoth(tutorialRows) ? 'tutorial' : ''
    const key = isOffered ? `${chosen} ${train} ${evaluation}` : ''
    if (key === this.#amountFor) return
    this.#amountFor = key
    const selected = l10n.t('{0} + {1}, as the tutorial selects', format.count(tutorialRows), format.count(Math.min(tutorialRows, evaluation)))
    this.amount.replaceChildren(...isOffered ? [labelled(l10n.t('Rows'), radioGroup({
      label: l10n.t('Rows'), value: chosen,
      onInput: (value) => this.#onRows(value === 'all' ? {} : { max_train_samples: tutorialRows, max_eval_samples: tutorialRows }),
    }, [
      { value: 'tutorial', content: element('span', {}, selected, ' ', this.#tutorial) },
      { value: 'all', content: element('span', {}, l10n.t('All {0} + {1}', format.count(train), format.count(evaluation)), ' ', this.#all) },
    ]) as unknown as Node)] : [])
  }

  setDevice(device: Device): void {
    this.#isOnCpu = device.device === 'cpu'
    setText(this.#device, deviceText(device))
  }

  /** @param isOld settings have changed since, or it is being worked out */
  setEstimate(estimate: Estimate | undefined, problem: Problem | undefined, isOld: boolean): void {
    this.#estimate.classList.toggle('old', isOld)
    this.#estimate.setAttribute('aria-busy', String(isOld))
    if (isOld && estimate) return
    setText(this.#estimate, problem?.text ?? (estimate ? this.#estimateText(estimate) : isOld ? l10n.t('Estimating…') : ''))
    this.#estimate.classList.toggle('mistake', problem !== undefined)
    this.#sayOnce()
    setText(this.#all, estimate?.choices ? this.#about(estimate.choices.all) : '')
    setText(this.#tutorial, estimate?.choices ? this.#about(estimate.choices.tutorial) : '')
    // The toolkit's radio took its name from what was in it at first.
    for (const radio of Array.from(this.amount.querySelectorAll('vscode-radio'))) radio.setAttribute('aria-label', radio.textContent ?? '')
  }

  /** What keeps the run from starting; undefined: nothing. */
  setReason(reason: string | undefined): void {
    setText(this.#reason, reason ?? '')
  }

  /** Why the run did not start when it was asked to. */
  setProblem(text: string | undefined): void {
    setText(this.#problem, text ?? '')
    this.#sayOnce()
  }

  /** @param bytes that a start begins with downloading */
  setDownload(bytes: number): void {
    setText(this.#download, bytes === 0 ? '' : l10n.t('downloads {0} first', format.bytes(bytes)))
  }

  /** There is nothing to start yet, and nothing to put right either. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy
    this.start.disabled = isBusy || this.#isStarting
  }

  /** What the estimate says already. */
  #sayOnce(): void {
    this.#problem.hidden = this.#problem.textContent === this.#estimate.textContent
  }

  /** Shows that a start is under way. */
  setStarting(isStarting: boolean): void {
    this.#isStarting = isStarting
    this.start.disabled = isStarting || this.#isBusy
    this.#starting.replaceChildren(...isStarting ? [busy(l10n.t('Starting…'))] : [])
  }

  /** Estimates are of the CPU: what a GPU takes is known only once it trains. */
  #about(seconds: number): string {
    const duration = format.roughDuration(seconds)
    return this.#isOnCpu ? l10n.t('about {0}', duration) : l10n.t('about {0} on the CPU', duration)
  }

  #estimateText({ seconds, memory_bytes, machine_bytes, disk_bytes, max_steps, folder }: Estimate): string {
    const duration = format.roughDuration(seconds)
    return [
      this.#isOnCpu ? l10n.t('About {0}', duration) : l10n.t('About {0} if the CPU trained: the GPU is not measured before', duration),
      l10n.t('{0} steps', format.count(max_steps)),
      memory_bytes > machine_bytes
        ? l10n.t('{0} of memory, more than the {1} of this machine', format.bytes(memory_bytes), format.bytes(machine_bytes))
        : l10n.t('{0} of memory', format.bytes(memory_bytes)),
      l10n.t('{0} on disk', format.bytes(disk_bytes)),
      l10n.t('saved to {0}', folder),
    ].join(' · ')
  }
}

function deviceText({ device, threads, device_reason }: Device): string {
  return threads === 1 ? l10n.t('{0}, 1 thread: {1}', device.toUpperCase(), device_reason) : l10n.t('{0}, {1} threads: {2}', device.toUpperCase(), threads, device_reason)
}
