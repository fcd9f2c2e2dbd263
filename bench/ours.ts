/**
 * One contender: our engine, obeying the same JSON lines as trainer.py (bench/README.md lists them).
 * Usage: node ours.js FOLDER cpu|cuda
 */
import { createInterface } from 'node:readline'
import { learningRateAt, type Schedule } from '../src/optim/schedule.ts'
import { openDevice, openEngine, readModel, readRows } from './engine.ts'
import { gflops } from './gflops.ts'
import { ProductTimes } from './products.ts'

interface Train {
  steps: number
  batch: number
  learning_rate: number
  dropout: boolean
  half: boolean
}

const [, , folder, deviceName] = process.argv
const device = await openDevice(deviceName)
const rows = readRows(folder)
const commands = createInterface(process.stdin)[Symbol.asyncIterator]()
for (let command = await next(); command.cmd !== 'end'; command = await next()) {
  if (command.cmd === 'gflops') reply({ gflops: await gflops(device) })
  else if (command.cmd === 'products') reply({ seconds: await productSeconds(command as unknown as Train) })
  else await train(command as unknown as Train)
}
process.exit()

async function train({ steps, batch, learning_rate, dropout, half }: Train): Promise<void> {
  const schedule: Schedule = { learning_rate, lr_scheduler_type: 'linear', warmup_steps: 0, max_steps: steps }
  const learningRates = Array.from({ length: steps }, (_, step) => learningRateAt(step, schedule))
  const engine = await openEngine(folder, device, { dropout, half, learningRates })
  const update = timed(engine.optimizer)
  reply({ ready: true })
  let step = 0
  for (let block = await next(); block.cmd === 'block'; block = await next()) {
    const start = performance.now()
    update.seconds = 0
    const losses: number[] = []
    for (const end = step + Number(block.steps); step < end; step++) {
      const running = engine.step([batchOf(step, batch)], { step: step + 1, learningRate: learningRates[step] })
      engine.prepare?.([batchOf(step + 1, batch)], step + 2)
      losses.push((await running).loss)
    }
    reply({ seconds: (performance.now() - start) / 1000, update_seconds: update.seconds, losses })
  }
  engine.dispose()
}

/** Of each step: the time that its products would take if they ran alone. */
async function productSeconds({ steps, batch }: Train): Promise<number[]> {
  const times = new ProductTimes(await readModel(folder), device)
  const batches = Array.from({ length: steps }, (_, step) => batchOf(step, batch).map(({ ids }) => ids))
  return times.ofBatches(batches)
}

/** The seconds that an optimiser's updates take, from now on. */
function timed(optimizer: object): { seconds: number } {
  const update = { seconds: 0 }
  const { step } = optimizer as { step(...input: unknown[]): Promise<unknown> }
  Object.assign(optimizer, {
    async step(...input: unknown[]) {
      const start = performance.now()
      const result = await step.apply(optimizer, input)
      update.seconds += (performance.now() - start) / 1000
      return result
    },
  })
  return update
}

function batchOf(step: number, batch: number) {
  return rows.slice(step * batch, (step + 1) * batch)
}

async function next(): Promise<Record<string, unknown>> {
  const { done, value } = await commands.next()
  return done ? { cmd: 'end' } : JSON.parse(value)
}

function reply(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
