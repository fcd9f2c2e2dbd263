import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { train, type TrainParts } from '../../src/cli/train.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { evaluation, preflight, progress } from './events.ts'

const time = '2026-01-02T03:04:05.000Z'
const end = (outcome: 'finished' | 'stopped', step: number): RunEvent => ({ type: 'end', time, outcome, step, best_step: 10 })
const notice: RunEvent = { type: 'notice', time, code: 'x', args: {}, text: 'labels are \u001b[31mred' }
const run = [preflight, notice, progress(1), progress(10), evaluation(10, 0.8, true), progress(20), evaluation(20, 0.7, false), end('finished', 20)]

class Screen {
  text = ''
  readonly isTTY: boolean
  columns = 200
  constructor(isTTY = false) { this.isTTY = isTTY }
  write(text: string): boolean {
    this.text += text
    return true
  }
  /** The lines as a terminal shows them: what was erased is gone. */
  get lines(): string[] {
    return this.text.split('\n').map((line) => line.split('\r').reduce((shown, part) => part.startsWith('\u001b[K') ? part.slice(3) : part.endsWith('\u001b[K') ? part.slice(0, -3) : part + shown.slice(part.length), ''))
  }
}

/** Parts that tell these events and end like this, and note what they were asked. */
function parts(events: RunEvent[], outcome: 'finished' | 'stopped' | 'already finished', earlier: RunEvent[] = []) {
  const asked: { settings: unknown[]; folders: string[]; texts: string[] } = { settings: [], folders: [], texts: [] }
  const fake: TrainParts = {
    async fineTune(settings, { onEvent }) {
      asked.settings.push(settings)
      events.forEach(onEvent)
      return { outcome }
    },
    async openClassifier(folder) {
      asked.folders.push(folder)
      return {
        async classify(texts) {
          asked.texts.push(...texts)
          return texts.map((text) => ({ text, label: 'Sports', score: 0.97, scores: [{ label: 'Sports', score: 0.97 }, { label: 'World', score: 0.03 }] }))
        },
        async close() {},
      }
    },
    earlierEvents: async () => earlier,
  }
  return { asked, fake }
}

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-cli-')) })
afterEach(() => rmSync(folder, { recursive: true }))

test('a quick run from its settings to the tutorial\'s sentence', async () => {
  const { asked, fake } = parts(run, 'finished')
  const people = new Screen()
  expect(await train({ given: { seed: 7 }, people, parts: fake })).toBe(0)
  expect(asked.settings).toMatchObject([{ output_dir: 'news-mini-finetuned', learning_rate: 3e-4, seed: 7 }])
  expect(asked.folders).toEqual(['news-mini-finetuned'])
  expect(asked.texts).toEqual(['The home team won the championship after a thrilling match.'])
  expect(people.lines.slice(people.lines.findIndex((line) => line.startsWith('cpu')))).toEqual([
    'cpu, 2 threads (no CUDA library was found) · 160 rows to train, 1,160 to evaluate · 20 steps in 2 epochs · about 25 s · 310 MB of memory · 1.3 GB on disk',
    '4 labels: World, Sports, Business, Sci/Tech · about 1.2 % of texts are cut at 128 tokens',
    'labels are  [31mred',
    '',
    ' Epoch  Training Loss  Validation Loss         Accuracy',
    'step  1/20, epoch 0.10: loss 1.2500, 412 rows/s, 19 s left',
    'step 10/20, epoch 1.00: loss 1.2500, 412 rows/s, 10 s left',
    '     1         1.2897           1.0503  0.8000 ± 0.0264  best so far',
    'step 20/20, epoch 2.00: loss 1.2500, 412 rows/s, 1 s left',
    '     2         1.2897           1.0503  0.7000 ± 0.0264',
    '',
    'Best by accuracy: epoch 1, accuracy 0.8000 ± 0.0264 over 1,160 rows (± is its 95% interval).',
    'The best model is in news-mini-finetuned.',
    '',
    'The home team won the championship after a thrilling match.',
    '  Sports  0.9700',
    '  World   0.0300',
    '',
    'Try it:',
    expect.stringMatching(/ predict --model news-mini-finetuned "The home team won the championship after a thrilling match\."$/),
    '',
  ])
})

test('on a terminal the bar stays on the last line and is gone at the end', async () => {
  const people = new Screen(true)
  await train({ given: {}, people, parts: parts(run.slice(0, 5), 'finished').fake })
  const shown = people.lines
  expect(shown.filter((line) => line.includes('rows/s'))).toEqual([])
  expect(shown).toContain('     1         1.2897           1.0503  0.8000 ± 0.0264  best so far')
  expect(people.text.match(/ 50% ━━━/g)).toHaveLength(2)
})

test('a queued run says what it waits for, and a paused one that it is', async () => {
  const people = new Screen()
  const queued = (ahead: number, behind: string | null): RunEvent => ({ type: 'queued', time, ahead, behind })
  const waiting: RunEvent[] = [preflight, queued(2, '/runs/\u001b[31mred'), queued(1, null), queued(0, null), progress(1), { type: 'paused', time, step: 1 }, { type: 'resume', time, step: 1 }]
  await train({ given: {}, people, parts: parts(waiting, 'finished').fake })
  expect(people.lines.slice(people.lines.findIndex((line) => line.startsWith('Waiting')))).toEqual(expect.arrayContaining([
    'Waiting for the run in /runs/ [31mred to end (2 runs come first); Ctrl-C leaves the queue.',
    'Waiting for another run to end; Ctrl-C leaves the queue.',
    'Now it is this run\'s turn.',
    'Paused after step 1, with a checkpoint.',
    'Going on after step 1.',
  ]))
})

test('with --json every event is a line, and people are told elsewhere', async () => {
  const [events, people] = [new Screen(), new Screen()]
  await train({ given: {}, events, people, parts: parts(run, 'finished').fake })
  expect(events.text.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual(run)
  expect(people.text).toContain('Best by accuracy')
})

test('other labels than the News ones get no example', async () => {
  const { asked, fake } = parts([{ ...preflight, label_names: ['good', 'bad'] }, ...run.slice(2)], 'finished')
  await train({ given: {}, people: new Screen(), parts: fake })
  expect(asked.texts).toEqual([])
})

test('a stopped run says how to go on, and has the exit code of Ctrl-C', async () => {
  const people = new Screen()
  const given = { model_name_or_path: 'm', dataset: ['my data.csv'], max_steps: 20 }
  expect(await train({ given, people, parts: parts([...run.slice(0, 4), end('stopped', 10)], 'stopped').fake })).toBe(130)
  expect(people.text).toMatch(/Stopped after step 10\. To go on:\n {2}.* train --model_name_or_path m --dataset 'my data\.csv' --max_steps 20\n$/)
})

test('a resumed run shows the rows it had, and its best one', async () => {
  const people = new Screen()
  const now: RunEvent[] = [preflight, { type: 'resume', time, step: 10 }, progress(11), progress(20), evaluation(20, 0.7, false), end('finished', 20)]
  await train({ given: {}, people, parts: parts(now, 'finished', [...run.slice(0, 5), progress(12)]).fake })
  expect(people.text).toContain('Going on after step 10.\n')
  expect(people.text.match(/^ +1 .*best so far$/gm)).toHaveLength(1)
  expect(people.text).toContain('Best by accuracy: epoch 1')
})

test('on a finished run there is nothing to do', async () => {
  const people = new Screen()
  expect(await train({ given: { output_dir: 'old' }, people, parts: parts([], 'already finished', run).fake })).toBe(0)
  expect(people.text).toContain('The run in old is finished with these settings: there is nothing to do. Another --output_dir trains anew.')
})

test('settings come from a JSON file; those of the command line win', async () => {
  const { asked, fake } = parts([], 'already finished')
  const settingsFile = join(folder, 'settings.json')
  writeFileSync(settingsFile, '\ufeff{"model_name_or_path": "m", "dataset": "d", "seed": 1, "max_length": 64}')
  await train({ given: { seed: 2 }, settingsFile, people: new Screen(), parts: fake })
  expect(asked.settings).toMatchObject([{ model_name_or_path: 'm', dataset: ['d'], seed: 2, max_length: 64 }])
})

test.each([
  ['{"seed": 1', /settings\.json is not a JSON object of settings: /],
  ['[1]', /settings\.json is not a JSON object of settings: it is no object/],
  ['{"lerning_rate": 1}', /unknown setting lerning_rate: did you mean learning_rate\?/],
  ['{"learning_rate": "2e-5"}', /learning_rate must be a number above 0, not "2e-5"/],
])('a settings file with %s is refused', async (text, message) => {
  const settingsFile = join(folder, 'settings.json')
  writeFileSync(settingsFile, text)
  await expect(train({ given: {}, settingsFile, people: new Screen(), parts: parts([], 'finished').fake })).rejects.toThrow(message)
})

test('a settings file that is missing is refused', async () => {
  await expect(train({ given: {}, settingsFile: join(folder, 'none.json'), people: new Screen() })).rejects.toThrow(/no settings file at .*none\.json/)
})
