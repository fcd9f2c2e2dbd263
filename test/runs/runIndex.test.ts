import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openRun } from '../../src/runs/runFolder.ts'
import type { RunRecord } from '../../src/runs/runRecord.ts'
import { indexFolder, listRuns, registerRun } from '../../src/runs/runIndex.ts'
import { details, temporaryFolder } from './sample.ts'

let outer: string
let index: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  outer = temporary.folder
  index = join(outer, 'index')
  return temporary.remove
})

async function liveRun(name: string, best: RunRecord['best'] = null) {
  const run = await openRun(join(outer, name))
  await run.begin(details)
  await run.update({ state: 'running', best })
  await registerRun(run.folder, index)
  return run
}

test('runs are listed with what they are, the newest first', async () => {
  expect(await listRuns(index)).toEqual([])
  const finished = await liveRun('finished', { step: 9, eval_accuracy: 0.87 })
  await finished.update({ state: 'finished' })
  await finished.close()
  const interrupted = await liveRun('interrupted')
  await interrupted.close() // lets go of the lock while its record says that it runs, as a kill does
  const running = await liveRun('running')

  const runs = await listRuns(index)
  expect(runs.map(({ folder, state, accuracy }) => [folder.slice(outer.length + 1), state, accuracy])).toEqual([
    ['running', 'running', null], ['interrupted', 'interrupted', null], ['finished', 'finished', 0.87],
  ])
  expect(runs[0]).toMatchObject({ model_name_or_path: '/models/small', dataset: ['/data/news'] })
  await running.close()
})

test('a run is known once', async () => {
  const run = await liveRun('news')
  await registerRun(run.folder, index)
  await run.close()
  expect(await listRuns(index)).toHaveLength(1)
})

test('a run whose folder is gone is forgotten, others stay', async () => {
  for (const name of ['gone', 'here']) await (await liveRun(name)).close()
  await rm(join(outer, 'gone'), { recursive: true })
  expect((await listRuns(index)).map(({ folder }) => folder)).toEqual([join(outer, 'here')])
  expect(await readdir(index)).toHaveLength(1)
})

test('many at once: all are known, and listing meanwhile disturbs none', async () => {
  const names = Array.from({ length: 20 }, (_, number) => `run-${number}`)
  for (const name of names) await (await openRun(join(outer, name))).close()
  await Promise.all(names.map(async (name) => {
    const run = await liveRun(name)
    await listRuns(index)
    await run.close()
  }))
  expect(await listRuns(index)).toHaveLength(20)
})

test('what is not readable is left out', async () => {
  await (await liveRun('news')).close()
  await writeFile(join(index, 'torn.json'), '{"fol')
  await mkdir(join(index, 'folder.json'))
  await (await liveRun('damaged')).close()
  await writeFile(join(outer, 'damaged', 'run.json'), '{')
  expect((await listRuns(index)).map(({ folder }) => folder)).toEqual([join(outer, 'news')])
})

test.skipIf(process.platform !== 'linux')('the index is in the user\'s data folder', () => {
  const before = process.env.XDG_DATA_HOME
  try {
    process.env.XDG_DATA_HOME = '/somewhere'
    expect(indexFolder()).toBe('/somewhere/finetune/runs')
  } finally {
    if (before === undefined) delete process.env.XDG_DATA_HOME
    else process.env.XDG_DATA_HOME = before
  }
})
