/** A small real training by the built program, stopped and continued, as a person at a terminal or a script sees it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runEventSchema } from '../../src/protocol/events.ts'
import { packageFile } from '../../src/protocol/packageRoot.ts'
import { reduceRun } from '../../src/protocol/runView.ts'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-cli-')) })
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the program; `atOutput` sees it, and its standard output so far, with each piece of that. */
function finetune(words: string[], atOutput: (child: ReturnType<typeof spawn>, stdout: string) => void = () => {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, XDG_DATA_HOME: join(folder, 'data'), npm_lifecycle_event: '' }
  const child = spawn(process.execPath, [packageFile('dist/finetune.js'), ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stderr.on('data', (bytes) => { said.stderr += bytes })
  child.stdout.on('data', (bytes) => {
    said.stdout += bytes
    atOutput(child, said.stdout)
  })
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve({ code, ...said })))
}

const eventsOf = (stdout: string) => stdout.trimEnd().split('\n').map((line) => runEventSchema.parse(JSON.parse(line)))
const train = ['train', '--json', '--max_train_samples', '128', '--max_eval_samples', '40', '--num_train_epochs', '2', '--output_dir', 'run']

test.skipIf(process.platform === 'win32')('Ctrl-C stops with a checkpoint, the same command goes on, and once more there is nothing to do', { timeout: 120_000 }, async () => {
  let isAsked = false
  const stopped = await finetune(train, (child, stdout) => {
    if (!isAsked && stdout.includes('"progress"')) isAsked = child.kill('SIGINT')
  })
  const before = reduceRun(eventsOf(stopped.stdout))
  expect(stopped.code).toBe(130)
  expect(before).toMatchObject({ state: 'stopped', checkpoints: [before.end!.step], end: { resume_command: expect.stringMatching(/^finetune train .*--output_dir run$/) } })
  expect(stopped.stderr).toMatch(new RegExp(`Stopped after step ${before.end!.step}\\. To go on:\\n  .*train .*--max_train_samples 128`))

  const resumed = await finetune(train)
  const all = reduceRun([...eventsOf(stopped.stdout), ...eventsOf(resumed.stdout)])
  expect(resumed.code).toBe(0)
  expect(all).toMatchObject({ state: 'finished', progress: { step: 16 }, evaluations: [{ step: 8 }, { step: 16 }] })
  expect(resumed.stderr).toContain(`Going on after step ${before.end!.step}.`)
  expect(resumed.stderr).toMatch(/Best by accuracy: epoch [12], accuracy [^]*championship after a thrilling match\.\n {2}\S+ +0\.\d{4}\n/)

  const again = await finetune(train)
  expect(again).toEqual({ code: 0, stdout: '', stderr: 'The run in run is finished with these settings: there is nothing to do. Another --output_dir trains anew.\n' })
  expect(await finetune(['runs'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nrun +finished +0\.\d{4} /) })

  const predicted = await finetune(['predict', '--model', 'run', '--json', 'a goal in extra time'])
  expect(JSON.parse(predicted.stdout)).toMatchObject({ text: 'a goal in extra time', label: expect.any(String), score: expect.any(Number), scores: { length: 4 } })
})

test.skipIf(process.platform === 'win32')('a reader that goes away ends a training with a checkpoint and a prediction at once, both quietly', { timeout: 120_000 }, async () => {
  const training = await finetune([...train.slice(0, -1), 'piped'], (child, stdout) => {
    if (stdout.includes('"progress"')) child.stdout!.destroy()
  })
  expect(training.code).toBe(143)
  expect(training.stderr).toMatch(/Stopped after step [1-9]/)
  const predicting = await finetune(['predict', '--model', 'run', 'a', 'b', ...Array.from({ length: 200 }, (_, i) => `text ${i}`)], (child) => child.stdout!.destroy())
  expect(predicting).toMatchObject({ code: 0, stderr: '' })
})
