/** `npm run bench`: HF Trainer and ours side by side on the same processors. What is measured, how and why: bench/README.md. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { probeDevices } from '../src/trainer/chooseDevice.ts'
import { compareCommands } from './commands.ts'
import { measureLengths } from './lengths.ts'
import type { Measurement, Place } from './part.ts'
import { comparePredict } from './predict.ts'
import { measureRows } from './rows.ts'
import { measureStart } from './start.ts'
import { compareSteps } from './steps.ts'
import { asItComes, onCuda, tunedByHand } from './torchSettings.ts'

const models = ['distilbert-base', 'bert-base', 'minilm', 'modernbert-base']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: models[0] },
    device: { type: 'string', default: 'cpu' },
    blocks: { type: 'string', default: '7' },
    steps: { type: 'string', default: '20' },
    'command-steps': { type: 'string', default: '300' },
    texts: { type: 'string', default: '10000' },
    cpus: { type: 'string', default: '0,1' },
    json: { type: 'boolean', default: false },
  },
})
const [blocks, steps] = [Number(values.blocks), Number(values.steps)]

const parts: Record<string, (place: Place) => Promise<Measurement>> = {
  steps: (place) => compareSteps(place, { blocks, steps, torch: place.device === 'cuda' ? onCuda : asItComes }),
  tuned: (place) => compareSteps(place, { blocks, steps, torch: tunedByHand(steps) }),
  commands: (place) => inOutput((output) => compareCommands(place, output, Number(values['command-steps']))),
  start: (place) => inOutput((output) => measureStart(place, output)),
  rows: (place) => inOutput((output) => measureRows(place, output)),
  lengths: (place) => measureLengths(place),
  predict: (place) => comparePredict(place, Number(values.texts)),
}
const wanted = positionals.length > 0 ? positionals : values.device === 'cuda' ? ['steps'] : Object.keys(parts)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const place = await openPlace()
const reports: Record<string, object> = {}
for (const part of wanted) {
  say(part)
  const { report, text } = await parts[part](place)
  reports[part] = report
  if (!values.json) console.log(`${part}, ${values.model}\n${text}\n`)
}
if (values.json) console.log(JSON.stringify({ model: values.model, ...reports }))

/** Checks what was asked for before anything long begins. */
async function openPlace(): Promise<Place> {
  for (const part of wanted) if (!(part in parts)) stop(`There is no part ${part}: ${Object.keys(parts).join(', ')}.`)
  if (!models.includes(values.model)) stop(`There is no model ${values.model}: ${models.join(', ')}.`)
  const { device } = values
  if (device !== 'cpu' && device !== 'cuda') stop(`There is no device ${device}: cpu, cuda.`)
  if (device === 'cuda') {
    if (wanted.some((part) => part !== 'steps')) stop('On a GPU there is one part: steps.')
    const { gpu, reason } = await probeDevices({ device: 'cuda' })
    if (gpu === undefined) stop(`The bench cannot use a GPU here: ${reason}.`)
  }
  const python = execFileSync(process.execPath, ['scripts/witness.mjs'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const [folder, data] = [join(dirname(python), '../bench', values.model), resolve(process.env.FINETUNE_SHARED ?? '../shared', 'data')]
  if (!existsSync(join(folder, 'train.jsonl'))) {
    say('preparing model and data')
    execFileSync(python, ['bench/prepare.py', data, values.model, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  return { cpus: values.cpus, device, python, folder, data, say }
}

/** Gives runs a folder, which is removed. They do not queue behind the user's own, nor are they listed with them. */
async function inOutput(measure: (output: string) => Promise<Measurement>): Promise<Measurement> {
  const output = mkdtempSync(join(tmpdir(), 'finetune-bench-'))
  process.env.XDG_DATA_HOME = output
  return measure(output).finally(() => rmSync(output, { recursive: true }))
}

function say(what: string): void {
  process.stderr.write(`${what}…\n`)
}

function stop(reason: string): never {
  console.error(reason)
  process.exit(1)
}
