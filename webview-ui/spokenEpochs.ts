/** What a screen reader says while a run goes on: once an epoch, however often it is evaluated. */
import * as l10n from '@vscode/l10n'
import { problemTypeOf } from '../src/protocol/evaluation.ts'
import type { RunView } from '../src/protocol/runView.ts'
import * as format from './format.ts'

export class SpokenEpochs {
  #said = 0

  /** The sentence of an epoch that has ended since; how good it is comes with it where it is measured. */
  say({ preflight, progress, evaluations }: RunView): string | undefined {
    const epochs = preflight?.num_train_epochs ?? 0
    const evaluation = evaluations.findLast(({ epoch }) => Number.isInteger(epoch))
    // Without an evaluation at its end an epoch is over when the next one has begun.
    const begun = Math.ceil(progress?.epoch ?? 0) - 1
    const ended = Math.max(evaluation?.epoch ?? 0, begun)
    if (ended < this.#said) this.#said = ended
    if (ended <= this.#said) return undefined
    this.#said = ended
    if (evaluation?.epoch !== ended) return l10n.t('Epoch {0} of {1} is done', ended, Math.ceil(epochs))
    return problemTypeOf(evaluation) === 'regression'
      ? l10n.t('Epoch {0} of {1}: mean absolute error {2}', ended, Math.ceil(epochs), format.loss(evaluation.eval_mae ?? null))
      : l10n.t('Epoch {0} of {1}: accuracy {2}', ended, Math.ceil(epochs), format.percent(evaluation.eval_accuracy))
  }
}
