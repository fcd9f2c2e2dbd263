/** The program as it is built: dist/finetune.js in a process of its own (`npm run build` makes it; `npm test` has). */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageFile } from '../../src/protocol/packageRoot.ts'
import { settingNames } from '../../src/protocol/settings.ts'
import { trainingArguments } from '../../src/protocol/trainingArguments.ts'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-cli-')) })
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the program in an empty folder, with an index of runs of its own. */
function finetune(...words: string[]) {
  const env = { ...process.env, XDG_DATA_HOME: join(folder, 'data'), npm_lifecycle_event: '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [packageFile('dist/finetune.js'), ...words], { cwd: folder, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('help of train names every setting and no other of TrainingArguments', () => {
  const { status, stdout } = finetune('train', '--help')
  expect(status).toBe(0)
  const named = new Set(stdout.match(/(?<=^ {2}--)\w+/gm))
  expect([...named].sort()).toEqual([...settingNames, 'json'].sort())
  expect(Object.keys(trainingArguments).filter((name) => named.has(name) && !(settingNames as string[]).includes(name))).toEqual([])
  expect(stdout).toMatch(/--learning_rate <number> .*\(default: 2e-5\)/)
})

test.each([['predict', '--model'], ['evaluate', '--dataset'], ['runs', '--json']])('help of %s', (command, option) => {
  const { status, stdout } = finetune(command, '--help')
  expect(status).toBe(0)
  expect(stdout).toContain(option)
})

test('help loads nothing native', () => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', `
    process.argv.push('finetune', 'train', '--help')
    process.on('exit', () => console.log(process.report.getReport().sharedObjects.filter((path) => /onnxruntime|koffi/.test(path)).length, 'native'))
    await import(${JSON.stringify(packageFile('dist/finetune.js'))})
  `], { encoding: 'utf8' })
  expect(stdout).toMatch(/--learning_rate[^]*\n0 native\n$/)
})

test('the version is the package\'s', () => {
  expect(finetune('--version')).toEqual({ status: 0, stdout: `${JSON.parse(readFileSync(packageFile('package.json'), 'utf8')).version}\n`, stderr: '' })
})

test.each([
  [['train', '--lerning_rate', '1'], 'error: unknown setting lerning_rate: did you mean learning_rate? finetune train --help lists them all'],
  [['train', '--learning_rate', '0'], 'error: learning_rate must be a number above 0, not 0'],
  [['train', '--label_smoothing_factor', '0.1'], 'error: label_smoothing_factor 0.1 is a setting of Hugging Face\'s that is not supported here: leave it out, or give its default 0'],
  [['train', '--model_name_or_path', 'm'], 'error: dataset is missing: give --dataset, the rows: the name of a dataset on the Hub, a folder, or files (Parquet, CSV, TSV, JSON or JSON Lines)'],
  [['train', '--eval_strategy', 'no'], 'error: load_best_model_at_end needs eval_strategy and save_strategy to be the same, not no and epoch: set both alike, or --load_best_model_at_end false'],
  [['train', 'none.json'], 'error: no settings file at none.json: settings are given as --name value, or as one JSON file of names and values'],
  [['train', '--model_name_or_path', 'm', '--dataset', 'none.csv'], 'error: no file or folder at none.csv: check --dataset'],
  [['predict', '--model', './none', 'hello'], 'error: no folder at ./none: check the path of the model'],
  [['predict', '--model', 'none', '--top_k', 'x', 'hello'], 'error: top_k must be a whole number of at least 1, not x'],
  [['predict', 'hello'], 'error: required option \'--model <name>\' not specified'],
  [['evaluate', '--model', 'm', '--datset', 'x'], 'error: unknown option \'--datset\'\n(Did you mean --dataset?)'],
  [['trian'], 'error: unknown command \'trian\'\n(Did you mean train?)'],
])('%j is refused', (words, message) => {
  expect(finetune(...words)).toEqual({ status: 1, stdout: '', stderr: `${message}\n` })
  expect(readdirSync(folder)).toEqual([])
})

test('without any run, runs says so', () => {
  expect(finetune('runs')).toEqual({ status: 0, stdout: 'No runs found: finetune train makes one.\n', stderr: '' })
})
