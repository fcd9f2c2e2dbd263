/** `npm run bench`: HF Trainer and ours side by side on the same processors. What is measured, how and why: bench/README.md. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agreement, agreementTolerance, alternate } from './blocks.ts'
import { Contender } from './contender.ts'
import { comparePredict } from './predict.ts'
import { reportOf, tables, type Measured } from './report.ts'
import { compareTraining } from './training.ts'

const { values } = parseArgs({
  options: {
    blocks: { type: 'string', default: '7' },
    steps: { type: 'string', default: '20' },
    'memory-steps': { type: 'string', default: '300' },
    texts: { type: 'string', default: '1000' },
    cpus: { type: 'string', default: '0,1' },
    json: { type: 'boolean', default: false },
  },
})
const { cpus } = values
const shared = join(process.env.FINETUNE_SHARED ?? '../shared', 'data')
const [python, folder] = [process.env.FINETUNE_BENCH_PYTHON!, process.env.FINETUNE_BENCH_FOLDER!]

say('preparing model and data')
if (!existsSync(join(folder, 'train.jsonl'))) execFileSync(python, ['bench/prepare.py', shared, folder], { stdio: ['ignore', 'ignore', 'pipe'] })

const contenders = [
  new Contender('ours', cpus, [process.execPath, 'dist/bench/ours.js', folder]),
  new Contender('torch', cpus, [python, 'bench/trainer.py', folder]),
  new Contender('torch_onednn', cpus, [python, 'bench/trainer.py', folder, '--onednn']),
]
// A stopped process would outlive the bench.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const contender of contenders) contender.close()
    process.exit(130)
  })
}
const measured = {} as Measured
try {
  measured.gflops = {}
  for (const contender of contenders) measured.gflops[contender.name] = (await contender.ask({ cmd: 'gflops' })).gflops as number
  say('5 steps without dropout')
  measured.loss_difference = await agreement(contenders)
  if (!(measured.loss_difference <= agreementTolerance)) throw new Error(`The contenders do not do the same work: their losses differ by ${measured.loss_difference}.`)
  Object.assign(measured, await alternate(contenders, {
    blocks: Number(values.blocks),
    steps: Number(values.steps),
    onBlock: (done) => say(`block ${done} of ${values.blocks}`),
  }))
} finally {
  for (const contender of contenders) contender.close()
}

const output = mkdtempSync(join(tmpdir(), 'finetune-bench-'))
process.env.XDG_DATA_HOME = output // these runs do not queue behind the user's own, nor are they listed with them
try {
  const model = join(folder, 'model')
  say('whole commands: first step, memory')
  measured.training = await compareTraining({ cpus, python, model, dataset: join(shared, 'ag_news/ag_news_partial'), output, steps: Number(values['memory-steps']) })
  say('predict')
  const file = join(shared, 'ag_news/ag_news_partial/data/test-00000-of-00001.parquet')
  measured.predict = await comparePredict({ cpus, python, model, file, texts: Number(values.texts) })
} finally {
  rmSync(output, { recursive: true })
}

const report = reportOf(measured, Number(values.steps) * 16)
console.log(values.json ? JSON.stringify(report) : tables(report))

function say(what: string): void {
  process.stderr.write(`${what}…\n`)
}
