import { execFileSync } from 'node:child_process'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { findRuns } from '../../src/runs/findRuns.ts'
import { openRun } from '../../src/runs/runFolder.ts'
import { details, temporaryFolder } from './sample.ts'

let place: string
beforeEach(async () => {
  const { folder, remove } = await temporaryFolder()
  place = await realpath(folder)
  return remove
})

async function run(folder: string): Promise<string> {
  const made = await openRun(folder)
  await made.begin(details)
  await made.update({ state: 'running' })
  await made.close()
  return folder
}

async function found(places: string[], known: string[] = []): Promise<[string, string][]> {
  return (await findRuns(places, new Set(known), async () => false)).map(({ folder, state }) => [folder, state])
}

test('runs at the top of a place are found, each once, but those that are known', async () => {
  const [a, b] = [await run(join(place, 'a')), await run(join(place, 'b'))]
  await run(join(place, 'deeper', 'c'))
  await symlink(a, join(place, 'link'), 'junction')
  expect(await found([place, join(place, 'none')], [b])).toEqual([[a, 'interrupted']])
  expect(await found([a])).toEqual([[a, 'interrupted']])
})

test('what is no record is passed over, and not waited for', async () => {
  for (const name of ['folder', 'text', 'pipe', 'large']) await mkdir(join(place, name))
  await mkdir(join(place, 'folder', 'run.json'))
  await writeFile(join(place, 'text', 'run.json'), 'run')
  await writeFile(join(place, 'large', 'run.json'), ' '.repeat(2 << 20))
  await writeFile(join(place, 'run.json'), '{}')
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(place, 'pipe', 'run.json')])
  expect(await found([place])).toEqual([])
})
