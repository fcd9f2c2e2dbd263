import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runs } from '../../src/cli/runs.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { currentEnvironment } from '../../src/runs/environment.ts'
import type { RunRecord } from '../../src/runs/runRecord.ts'

let folder: string
let index: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'finetune-cli-')))
  index = join(folder, 'index')
})
afterEach(() => rmSync(folder, { recursive: true }))

function makeRun(name: string, day: number, state: RunRecord['state'], accuracy?: number): void {
  const time = `2026-01-0${day}T03:04:05.000Z`
  const record: Record<keyof RunRecord, unknown> = {
    format: 1, state, created: time, updated: time, process: { pid: 1, started: time },
    settings: checkSettings({ model_name_or_path: 'base', dataset: 'd.csv' }),
    origins: { model: null, dataset: null },
    fingerprints: { data: 'd', model: 'm' },
    corrections: [],
    environment: currentEnvironment({ device: 'cpu', threads: 2, finetune: '1.0.0', onnxruntime: '1.0.0' }),
    best: accuracy === undefined ? null : { step: 10, epoch: 1, eval_accuracy: accuracy },
  }
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'run.json'), JSON.stringify(record))
}

async function listed(folders: string[], json = false): Promise<string[]> {
  let text = ''
  await runs({ folders, json, index, output: { write: (more: string) => { text += more; return true } } })
  return text.trimEnd().split('\n')
}

test('runs of the folders named are listed, the newest first, and are known from then on', async () => {
  makeRun('work/a', 1, 'finished', 0.8512)
  makeRun('work/b', 2, 'stopped')
  makeRun('else/c', 3, 'finished', 0.9)
  mkdirSync(join(folder, 'work/no-run'))
  expect(await listed([])).toEqual(['No runs found: finetune train makes one.'])
  const table = [expect.stringMatching(/^Folder +State +Accuracy +Begun +Model$/), expect.stringMatching(/work\/b +stopped +2026-01-02 03:04 UTC +base$/), expect.stringMatching(/work\/a +finished +0\.8512 +2026-01-01 03:04 UTC +base$/)]
  expect(await listed([join(folder, 'work')])).toEqual(table)
  expect(await listed([])).toEqual(table)
  expect((await listed([join(folder, 'else', 'c')], true)).map((line) => JSON.parse(line))).toEqual([
    { folder: join(folder, 'else', 'c'), state: 'finished', created: '2026-01-03T03:04:05.000Z', model_name_or_path: 'base', dataset: ['d.csv'], accuracy: 0.9 },
  ])
})

test('a folder that is not there is refused', async () => {
  await expect(listed([join(folder, 'none')])).rejects.toThrow(/no folder at .*none/)
})
