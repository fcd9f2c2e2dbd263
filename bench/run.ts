/**
 * A run by fineTune(), watched from outside its parts: prints one JSON line of what its steps took and what its memory is for.
 * Usage: node run.js SETTINGS_JSON
 */
import { anonymousBytes, madeAt, memoryUse, type MemoryUse } from './memoryUse.ts'
import { TokenStream } from '../src/data/tokens.ts'
import { checkSettings } from '../src/protocol/checkSettings.ts'
import { Engine } from '../src/trainer/engine.ts'
import { fineTune } from '../src/trainer/fineTune.ts'

export interface WatchedRun {
  /** Seconds from the start of the process to the end of each part. */
  firstStep: Record<string, number>
  steps: {
    /** From the end of the step before, everything included. */
    seconds: number
    /** Among them, until its tokens were there. */
    waited: number
    tokens: number
  }[]
  /** After the last step. `tokeniser`: what its thread gave back at the end; `live`: tensors that the largest batch needs at once. */
  memory: MemoryUse & { tokeniser: number, live: number }
}

const steps: WatchedRun['steps'] = []
let memory: WatchedRun['memory'] | undefined
let waited = 0
let lastEnd = performance.now()
let firstStep: WatchedRun['firstStep'] = {}
const loaded = lastEnd
let largest = new Int32Array()

const { rows, close } = TokenStream.prototype
TokenStream.prototype.rows = async function (wanted) {
  const start = performance.now()
  const found = await rows.call(this, wanted)
  waited += (performance.now() - start) / 1000
  return found
}
TokenStream.prototype.close = async function () {
  const before = anonymousBytes()
  await close.call(this)
  if (memory) memory.tokeniser = Math.max(0, before - anonymousBytes())
}

const settings = checkSettings(JSON.parse(process.argv[2]) as Record<string, unknown>)
const { step } = Engine.prototype
Engine.prototype.step = async function (micro, where) {
  const begun = performance.now()
  const result = await step.call(this, micro, where)
  const lengths = Int32Array.from(micro.flat(), ({ ids }) => ids.length)
  if (total(lengths) > total(largest)) largest = lengths
  steps.push({ seconds: (performance.now() - lastEnd) / 1000, waited, tokens: total(lengths) })
  waited = 0
  lastEnd = performance.now()
  const [{ value }] = this.optimizer.slots.values()
  if (where.step === 1) {
    const parts = { program: loaded, 'rows, tokenizer, graph': madeAt(value), 'session, weights, estimate': begun, 'first step': lastEnd }
    firstStep = Object.fromEntries(Object.entries(parts).map(([name, at]) => [name, at / 1000]))
  }
  if (where.step === settings.max_steps) {
    memory = { ...memoryUse(value), tokeniser: 0, live: this.costs([largest])[0].peakBytes }
  }
  return result
}

await fineTune(settings, { signal: new AbortController().signal, onEvent() {} })
process.stdout.write(`${JSON.stringify({ firstStep, steps, memory: memory! } satisfies WatchedRun)}\n`)

function total(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
