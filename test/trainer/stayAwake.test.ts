// The system's program is played by a script of the same name, first on the PATH.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunEvent } from '../../src/protocol/events.ts'
import { StayAwake } from '../../src/trainer/stayAwake.ts'
import { eventually } from '../eventually.ts'

const onLinux = test.skipIf(process.platform !== 'linux')
let folder: string
let said: string[]
let awake: StayAwake
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'finetune-awake-'))
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
  said = []
  awake = new StayAwake((line) => said.push(line))
})
afterEach(() => {
  awake.release()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function script(lines: string): void {
  writeFileSync(join(folder, 'systemd-inhibit'), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, 'systemd-inhibit'), 0o755)
}

/** Holds as the real one does: while the program behind its options runs. */
const holding = 'echo "$@" >> "$(dirname "$0")/asked"; touch "$(dirname "$0")/held"; cat; rm "$(dirname "$0")/held"'
const is = (name: string, there: boolean) => eventually(() => expect(existsSync(join(folder, name))).toBe(there))
const event = (fields: object) => fields as RunEvent
const step = event({ type: 'progress', step: 1 })

onLinux('sleep is held off while steps are done, not while the run is paused, waits or has ended', async () => {
  script(holding)
  awake.follow(event({ type: 'preflight' }))
  expect(existsSync(join(folder, 'asked'))).toBe(false)
  for (const rest of [{ type: 'paused' }, { type: 'queued', ahead: 1 }, { type: 'end' }]) {
    awake.follow(step)
    awake.follow(step)
    await is('held', true)
    awake.follow(event(rest))
    await is('held', false)
  }
  expect(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')).toEqual(Array(3).fill('--what=idle --who=Finetune --why=Finetune is training a classifier --mode=block cat'))
  expect(said).toEqual([])
})

onLinux('what stands in the way is said once', async () => {
  script('echo "Failed to inhibit: no bus" >&2; exit 1')
  awake.follow(step)
  await eventually(() => expect(said).toEqual(['the computer may fall asleep during training: systemd-inhibit: Failed to inhibit: no bus']))
  awake.follow(step)
  awake.follow(event({ type: 'end' }))
  expect(said).toHaveLength(1)
})

onLinux('a system without such a program is said too', async () => {
  vi.stubEnv('PATH', folder)
  awake.follow(step)
  await eventually(() => expect(said).toEqual([expect.stringContaining('systemd-inhibit ENOENT')]))
})
