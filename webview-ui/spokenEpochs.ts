/** What a screen reader says while a run goes on: once an epoch, however often it is evaluated. */
import * as l10n from '@vscode/l10n'
import type { RunView } from '../src/protocol/runView.ts'
import * as format from './format.ts'

export class SpokenEpochs {
  #said = 0

  /** The sentence of an epoch that has ended since; its accuracy comes with it where it is measured. */
  say({ preflight, progress, evaluations }: RunView): string | undefined {
    const epochs = preflight?.num_train_epochs ?? 0
    const evaluation = evaluations.findLast(({ epoch }) => Number.isInteger(epoch))
    // Without an evaluation at its end an epoch is over when the next one has begun.
    const begun = Math.ceil(progress?.epoch ?? 0) - 1
    const ended = Math.max(evaluation?.epoch ?? 0, begun)
    if (ended < this.#said) this.#said = ended
    if (ended <= this.#said) return undefined
    this.#said = ended
    return evaluation?.epoch === ended
      ? l10n.t('Epoch {0} of {1}: accuracy {2}', ended, Math.ceil(epochs), format.percent(evaluation.eval_accuracy))
      : l10n.t('Epoch {0} of {1} is done', ended, Math.ceil(epochs))
  }
}
