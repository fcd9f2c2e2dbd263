/** The evaluations of a run one below the other, as in Trainer's own table. */
import * as l10n from '@vscode/l10n'
import { problemTypeOf } from '../src/protocol/evaluation.ts'
import type { RunView } from '../src/protocol/runView.ts'
import { element, table } from './dom.ts'
import * as format from './format.ts'
import { measuresOf, measureText } from './measures.ts'

/** @param view of a run with at least one evaluation */
export function epochTable({ evaluations, best }: Pick<RunView, 'evaluations' | 'best'>): HTMLElement {
  const measures = measuresOf(problemTypeOf(evaluations[0]))
  const names = [l10n.t('Training loss'), l10n.t('Validation loss'), ...measures.map(({ name }) => name)]
  return table(l10n.t('Per epoch'), [{ name: l10n.t('Epoch') }, ...names.map((name) => ({ name, isNumber: true }))], evaluations.map((each) => [
    each === best ? element('span', {}, `${format.epoch(each.epoch)} `, element('span', { class: 'best' }, l10n.t('best'))) : format.epoch(each.epoch),
    each.training_loss === null ? l10n.t('No log') : format.loss(each.training_loss),
    format.loss(each.eval_loss),
    ...measures.map((measure) => measureText(measure, each)),
  ]))
}
