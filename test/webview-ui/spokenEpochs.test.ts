import { beforeAll, expect, test, vi } from 'vitest'
import { emptyRun, reduceEvent } from '../../src/protocol/runView.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { evaluation, preflight, progress } from '../cli/events.ts'

let SpokenEpochs: typeof import('../../webview-ui/spokenEpochs.ts').SpokenEpochs
beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } })
  SpokenEpochs = (await import('../../webview-ui/spokenEpochs.ts')).SpokenEpochs
})

/** What is said after each event, of three epochs of ten steps. */
function said(events: RunEvent[]): string[] {
  const spoken = new SpokenEpochs()
  let view = reduceEvent(emptyRun, { ...preflight, num_train_epochs: 3 })
  return events.flatMap((event) => {
    view = reduceEvent(view, event)
    return spoken.say(view) ?? []
  })
}
const step = (number: number): RunEvent => progress(number)
const evaluated = (number: number, accuracy: number): RunEvent => evaluation(number, accuracy, true)
const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => step(from + index))

test('each epoch is said once, with its accuracy', () => {
  expect(said([...steps(1, 10), evaluated(10, 0.8), ...steps(11, 20), evaluated(20, 0.9), step(21)])).toEqual(['Epoch 1 of 3: accuracy 80.0%', 'Epoch 2 of 3: accuracy 90.0%'])
})

test('of a model that tells a number how far it is off is said', () => {
  const number: RunEvent = { ...evaluation(10, 0, true), eval_accuracy: null, eval_f1: null, eval_mse: 0.5, eval_mae: 0.25 }
  expect(said([...steps(1, 10), number])).toEqual(['Epoch 1 of 3: mean absolute error 0.2500'])
})

test('evaluations within an epoch are not said, nor is an epoch said twice', () => {
  expect(said([...steps(1, 5), evaluated(5, 0.5), ...steps(6, 10), evaluated(10, 0.8), ...steps(11, 15), evaluated(15, 0.7)])).toEqual(['Epoch 1 of 3: accuracy 80.0%'])
})

test('without evaluations an epoch is over when the next begins', () => {
  expect(said(steps(1, 21))).toEqual(['Epoch 1 of 3 is done', 'Epoch 2 of 3 is done'])
})
