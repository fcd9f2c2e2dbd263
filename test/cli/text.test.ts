import { join } from 'node:path'
import { expect, test } from 'vitest'
import { predictionLine, predictionLines } from '../../src/cli/predictionText.ts'
import { dataLine, nearPath, preflightLine, settingsLines } from '../../src/cli/preflightText.ts'
import { isLineDue, progressBar, progressLine } from '../../src/cli/progressBar.ts'
import { evaluationHeader, evaluationReport, evaluationRow, table } from '../../src/cli/table.ts'
import { bytesText, clockText, countText, durationText, percentText } from '../../src/cli/units.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { evaluation, preflight, progress } from './events.ts'

test('quantities', () => {
  expect([0.2, 59.6, 60, 125, 3600, 12_000].map(durationText)).toEqual(['1 s', '1 min', '1 min', '2 min 5 s', '1 h', '3 h 20 min'])
  expect([0, 7.4, 754, 3723].map(clockText)).toEqual(['0:00', '0:07', '12:34', '1:02:03'])
  expect([850, 61.2e6, 1.26e9].map(bytesText)).toEqual(['1 kB', '62 MB', '1.3 GB'])
  expect([countText(1, 'row'), countText(1000, 'row')]).toEqual(['1 row', '1,000 rows'])
  expect([0, 0.0001, 0.0123, 0.256].map(percentText)).toEqual(['0 %', 'under 0.1 %', '1.2 %', '26 %'])
})

test('the bar fills with the steps and keeps to the terminal\'s width', () => {
  expect(progressBar(progress(5), 100)).toBe(' 25% ━━━━━━━━──────────────────────   5/20  loss 1.2500  412 rows/s  0:15 left')
  expect(progressBar(progress(20), 70)).toBe('100% ━━━━━━━━━━━━━━━━━━━━━  20/20  loss 1.2500  412 rows/s  0:00 left')
  for (const columns of [20, 45, 60, 80, 200]) expect(progressBar(progress(7), columns).length).toBeLessThan(columns)
  expect(progressBar(progress(7, { loss: null }), 80)).toContain('loss NaN')
})

test('a log file gets a line each tenth of the steps, and once a minute', () => {
  expect(progressLine(progress(5, { rows_per_second: 2.34 }))).toBe('step  5/20, epoch 0.50: loss 1.2500, 2.3 rows/s, 15 s left')
  const due = Array.from({ length: 40 }, (_, i) => progress(i + 1, { max_steps: 40 })).reduce<number[]>((steps, next) => {
    const last = steps.length > 0 ? progress(steps.at(-1)!, { max_steps: 40 }) : undefined
    return isLineDue(next, last) ? [...steps, next.step] : steps
  }, [])
  expect(due).toEqual([1, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40])
  expect(isLineDue(progress(3, { max_steps: 1e6, time: '2026-01-02T03:05:05.000Z' }), progress(2, { max_steps: 1e6 }))).toBe(true)
  expect(isLineDue(progress(3, { max_steps: 1e6, time: '2026-01-02T03:05:04.000Z' }), progress(2, { max_steps: 1e6 }))).toBe(false)
})

test('the table of a run', () => {
  expect([evaluationHeader('Epoch', 'single_label_classification'), evaluationRow(evaluation(10, 0.772, true), 'Epoch'), evaluationRow({ ...evaluation(25, 0.5, false), training_loss: null, eval_loss: null }, 'Epoch'), evaluationRow(evaluation(20, 1, false), 'Step')]).toEqual([
    ' Epoch  Training Loss  Validation Loss         Accuracy',
    '     1         1.2897           1.0503  0.7720 ± 0.0264  best so far',
    '   2.5         No log              NaN  0.5000 ± 0.0264',
    '    20         1.2897           1.0503  1.0000 ± 0.0264',
  ])
})

test('the table of a run whose texts have several labels, or a number, has their measures', () => {
  const several = { ...evaluation(10, 0.5, true), eval_f1_micro: 0.8, confusion_matrix: [] }
  expect([evaluationHeader('Epoch', 'multi_label_classification'), evaluationRow(several, 'Epoch')]).toEqual([
    ' Epoch  Training Loss  Validation Loss         Accuracy  Micro F1  Macro F1',
    '     1         1.2897           1.0503  0.5000 ± 0.0264    0.8000    0.7600  best so far',
  ])
  const number = { ...evaluation(20, 0, false), eval_accuracy: null, eval_accuracy_margin: null, eval_f1: null, eval_mse: 1.0503, eval_mae: 0.5, eval_pearson: 0.91, eval_spearmanr: null, per_class: [], confusion_matrix: [] }
  expect([evaluationHeader('Step', 'regression'), evaluationRow(number, 'Step')]).toEqual([
    '  Step  Training Loss  Validation Loss  Mean Abs Error  Pearson  Spearman',
    '    20         1.2897           1.0503          0.5000   0.9100      none',
  ])
  expect(dataLine({ ...preflight, label_names: ['LABEL_0'], problem_type: 'regression', truncated_share: 0 })).toBe('a number · no text is cut')
})

test('an evaluation in full', () => {
  expect(evaluationReport(evaluation(10, 0.772, true))).toEqual([
    'Accuracy 0.7720 ± 0.0264 (95% interval), loss 1.0503, macro F1 0.7600, 1,160 rows',
    '',
    'Label     Precision  Recall      F1  Rows',
    'World        0.9000  0.8000  0.8470    10',
    'Sci/Tech     1.0000  0.5000  0.6670  1150',
    '',
    'Rows by their label (down) and by the label predicted (across):',
    '          World  Sci/Tech',
    'World         8         2',
    'Sci/Tech    575       575',
  ])
})

test('what a run will do', () => {
  expect(preflightLine(preflight)).toBe('cpu, 2 threads (no CUDA library was found) · 160 rows to train, 1,160 to evaluate · 20 steps in 2 epochs · about 25 s · 310 MB of memory · 1.3 GB on disk')
  expect(dataLine(preflight)).toBe('4 labels: World, Sports, Business, Sci/Tech · about 1.2 % of texts are cut at 128 tokens')
  const many = { ...preflight, label_names: Array.from({ length: 20 }, (_, i) => `L${i}`), truncated_share: 0 }
  expect(dataLine(many)).toBe('20 labels: L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11 and 8 more · no text is cut')
})

test('the settings that matter and those that were changed, paths as seen from here', () => {
  const settings = checkSettings({ model_name_or_path: join(process.cwd(), 'models/x'), dataset: ['a.csv', '/elsewhere/b.csv'], max_steps: 20, adam_epsilon: 1e-6 })
  expect(settingsLines(settings)).toEqual([
    `  model_name_or_path           ${join('models', 'x')}`,
    '  dataset                      a.csv /elsewhere/b.csv',
    '  num_train_epochs             3',
    '  max_steps                    20',
    '  per_device_train_batch_size  16',
    '  seed                         42',
    '  learning_rate                2e-5',
    '  adam_epsilon                 1e-6',
    '  output_dir                   distilbert-ag-news-finetuned',
  ])
  expect(nearPath('/elsewhere/run')).toBe('/elsewhere/run')
  expect(nearPath('relative/run')).toBe('relative/run')
})

test('predictions; what comes from data cannot steer the terminal', () => {
  const prediction = { text: 'a\u001b[2Jb\nc', label: 'L\u0007', score: 0.97314, scores: [{ label: 'L\u0007', score: 0.97314 }, { label: 'World', score: 0.02686 }] }
  expect(predictionLine(prediction)).toBe('0.9731  L   a [2Jb c')
  expect(predictionLines(prediction)).toEqual(['a [2Jb c', '  L      0.9731', '  World  0.0269'])
  expect(table([['\u001b[31mred'], ['x']])).toEqual([' [31mred', 'x'])
})
