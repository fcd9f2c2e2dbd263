/** What is said of a model beside its loss: of labels, of several labels at once, of a number. */
import * as l10n from '@vscode/l10n'
import type { Evaluation } from '../src/protocol/evaluation.ts'
import type { ProblemType } from '../src/protocol/problemType.ts'
import * as format from './format.ts'

export interface Measure {
  name: string
  /** Null where it cannot be measured. */
  value(evaluation: Evaluation): number | null
  write(value: number): string
  /** An error: less is better. */
  isError?: true
  /** The largest that it can be. */
  most?: number
}

/** Those of a problem type, the foremost first. */
export function measuresOf(problemType: ProblemType): Measure[] {
  const [accuracy, macro, micro]: Measure[] = [
    { name: l10n.t('Accuracy'), value: ({ eval_accuracy }) => eval_accuracy, write: format.percent, most: 1 },
    { name: l10n.t('Macro F1'), value: ({ eval_f1 }) => eval_f1, write: format.percent, most: 1 },
    { name: l10n.t('Micro F1'), value: ({ eval_f1_micro }) => eval_f1_micro ?? null, write: format.percent, most: 1 },
  ]
  switch (problemType) {
    case 'single_label_classification': return [accuracy, macro]
    case 'multi_label_classification': return [accuracy, micro, macro]
    case 'regression': return [
      { name: l10n.t('Mean absolute error'), value: ({ eval_mae }) => eval_mae ?? null, write: format.loss, isError: true },
      { name: l10n.t('Pearson'), value: ({ eval_pearson }) => eval_pearson ?? null, write: format.loss, most: 1 },
      { name: l10n.t('Spearman'), value: ({ eval_spearmanr }) => eval_spearmanr ?? null, write: format.loss, most: 1 },
    ]
  }
}

/** A dash for what cannot be measured, such as a correlation of numbers that are all alike. */
export function measureText({ value, write }: Measure, evaluation: Evaluation): string {
  const measured = value(evaluation)
  return measured === null ? '–' : write(measured)
}
