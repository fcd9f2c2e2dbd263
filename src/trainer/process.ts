/**
 * The trainer: one run in a process that no window's end can end. `node dist/trainer.js <entry>`, where startTrainer has put what is
 * to be done; what is printed is the run's log.
 */
import { realpath } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { useEnvironmentNetwork } from '../hub/network.ts'
import { checkSettings } from '../protocol/checkSettings.ts'
import { printable, UserError } from '../protocol/errors.ts'
import type { RunEvent } from '../protocol/events.ts'
import { readOrder } from '../runs/startTrainer.ts'
import { writeEntry } from '../runs/trainerEntry.ts'
import { trainingThreads } from '../runtime/threads.ts'
import { commandedRun } from './commandedRun.ts'
import { lowerPriority } from './lowPriority.ts'
import { StayAwake } from './stayAwake.ts'

useEnvironmentNetwork()
lowerPriority()
const entry = process.argv[2]!
const stop = new AbortController()
const awake = new StayAwake(log)
let hasBegun = false

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!hasBegun) process.exit(1)
    log(`${signal}: stopping after this step, with a checkpoint`)
    stop.abort()
  })
}

try {
  await train()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  log(error.message)
  process.exitCode = 1
  if (!hasBegun) await writeEntry(entry, { outcome: 'refused', code: error.code, args: error.args })
}

async function train(): Promise<void> {
  const order = await readOrder(entry)
  const settings = checkSettings(order.settings)
  const token = await text(process.stdin)
  log(`process ${process.pid} trains in ${settings.output_dir}`)
  const { outcome } = await commandedRun(settings, {
    entry, token: token === '' ? undefined : token, signal: stop.signal, onEvent: logEvent, threads: trainingThreads(order.leaveOneCoreFree), onBegun: () => { hasBegun = true },
    waitToPublish: 120_000,
  })
  log(outcome)
  if (outcome === 'already finished') await writeEntry(entry, { outcome, folder: await realpath(settings.output_dir) })
}

function logEvent(event: RunEvent): void {
  awake.follow(event)
  switch (event.type) {
    case 'notice': return log(event.text)
    case 'queued': return log(event.ahead > 0 ? `waits for ${event.behind ?? 'another run'}, runs ahead: ${event.ahead}` : 'its turn has come')
    case 'paused': return log(`paused after step ${event.step}`)
    case 'resume': return log(`goes on after step ${event.step}`)
    case 'checkpoint': return log(event.path)
  }
}

/** A line of the log. Texts in it may come from data. */
function log(line: string): void {
  console.log(`${new Date().toISOString()} ${printable(line)}`)
}
