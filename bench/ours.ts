/**
 * One contender: our engine, obeying the same JSON lines as trainer.py (bench/README.md lists them).
 * Usage: node ours.js FOLDER
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openPretrained } from '../src/pretrained/pretrained.ts'
import { architectureOf } from '../src/models/registry.ts'
import { learningRateAt, type Schedule } from '../src/optim/schedule.ts'
import { openCpu } from '../src/runtime/device.ts'
import { Engine } from '../src/trainer/engine.ts'
import type { Example } from '../src/trainer/stepInputs.ts'
import { gflops } from './gflops.ts'

const threads = 2
const noDropout = { dropout: 0, attention_dropout: 0, seq_classif_dropout: 0 }

interface Train {
  steps: number
  batch: number
  learning_rate: number
  dropout: boolean
}

const folder = process.argv[2]
const commands = createInterface(process.stdin)[Symbol.asyncIterator]()
for (let command = await next(); command.cmd !== 'end'; command = await next()) {
  if (command.cmd === 'gflops') reply({ gflops: await gflops(openCpu(threads)) })
  else await train(command as unknown as Train)
}
process.exit()

async function train({ steps, batch, learning_rate, dropout }: Train): Promise<void> {
  const engine = await openEngine(dropout)
  const schedule: Schedule = { learning_rate, lr_scheduler_type: 'linear', warmup_steps: 0, max_steps: steps }
  const rows = readRows()
  reply({ ready: true })
  let step = 0
  for (let block = await next(); block.cmd === 'block'; block = await next()) {
    const start = performance.now()
    const losses: number[] = []
    for (const end = step + Number(block.steps); step < end; step++) {
      const examples = rows.slice(step * batch, (step + 1) * batch)
      const { loss } = await engine.step([examples], { step: step + 1, learningRate: learningRateAt(step, schedule) })
      losses.push(loss)
    }
    reply({ seconds: (performance.now() - start) / 1000, losses })
  }
  engine.dispose()
}

async function openEngine(dropout: boolean): Promise<Engine> {
  const { config, weights } = await openPretrained(join(folder, 'model'))
  const architecture = architectureOf(config.model_type)
  const engine = new Engine({
    device: openCpu(threads),
    architecture,
    config: architecture.readConfig(dropout ? config : { ...config, ...noDropout }),
    labels: 4,
    layout: 'packed',
    optimizer: 'wasm',
    settings: { seed: 42, weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 },
    gradientAccumulationSteps: 1,
    padTokenId: 0,
  })
  for (const [name, { value }] of engine.optimizer.slots) await weights.readInto(name, value)
  engine.optimizer.loaded()
  return engine
}

function readRows(): Example[] {
  return readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n').map((line) => {
    const { input_ids, label } = JSON.parse(line) as { input_ids: number[]; label: number }
    return { ids: Int32Array.from(input_ids), label }
  })
}

async function next(): Promise<Record<string, unknown>> {
  const { done, value } = await commands.next()
  return done ? { cmd: 'end' } : JSON.parse(value)
}

function reply(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
