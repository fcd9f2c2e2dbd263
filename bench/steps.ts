/** Training steps of several contenders side by side: samples per second as ratios, and what our step's time goes to. */
import { cpus } from 'node:os'
import { agreement, agreementTolerance, alternate, settings, type Block } from './blocks.ts'
import { Contender } from './contender.ts'
import type { Measurement, Place } from './part.ts'
import { median, spread } from './spread.ts'
import { percent, spreadRow, table } from './table.ts'
import type { TorchSettings } from './torchSettings.ts'

interface Work {
  blocks: number
  steps: number
  torch: TorchSettings
}

export async function compareSteps({ cpus, device, python, folder, say }: Place, { blocks, steps, torch }: Work): Promise<Measurement> {
  const ours = new Contender('ours', cpus, [process.execPath, 'dist/bench/ours.js', folder, device])
  const theirs = Object.entries(torch).map(([name, flags]) => new Contender(name, cpus, [python, 'bench/trainer.py', folder, ...flags]))
  const contenders = [ours, ...theirs]
  try {
    const gflops: Record<string, number> = {}
    if (device === 'cpu') for (const contender of contenders) gflops[contender.name] = (await contender.ask({ cmd: 'gflops' })).gflops as number
    say('5 steps without dropout')
    const difference = await agreement(contenders)
    if (!(difference <= agreementTolerance)) throw new Error(`The contenders do not do the same work: their losses differ by ${difference}.`)
    const measured = await alternate(contenders, { blocks, steps, onBlock: (done) => say(`block ${done} of ${blocks}`) })
    for (const contender of contenders) contender.tell({ cmd: 'end' })
    const products = device === 'cpu' ? await productSeconds(ours, { blocks, steps }) : undefined
    return summary({ gflops, difference, ...measured, products, names: theirs.map(({ name }) => name), samples: steps * settings.batch })
  } finally {
    for (const contender of contenders) contender.close()
  }
}

/** Of each block that counts: what its products take alone. */
async function productSeconds(ours: Contender, { blocks, steps }: Pick<Work, 'blocks' | 'steps'>): Promise<number[]> {
  const { seconds } = await ours.ask({ cmd: 'products', steps: (blocks + 1) * steps, batch: settings.batch }) as { seconds: number[] }
  return Array.from({ length: blocks }, (_, block) => seconds.slice((block + 1) * steps, (block + 2) * steps).reduce((sum, value) => sum + value, 0))
}

interface Measured {
  gflops: Record<string, number>
  difference: number
  warmUp: Block
  blocks: Block[]
  products: number[] | undefined
  names: readonly string[]
  /** Of a block. */
  samples: number
}

function summary({ gflops, difference, warmUp, blocks, products, names, samples }: Measured): Measurement {
  const ratios = Object.fromEntries(names.map((name) => [name, spread(blocks.map((block) => block[name] / block.ours))]))
  const fastest = spread(blocks.map((block) => Math.min(...names.map((name) => block[name])) / block.ours))
  const productShare = products && spread(blocks.map(({ ours }, i) => products[i] / ours))
  const updateShare = spread(blocks.map(({ ours, update }) => update / ours))
  const speeds = Object.fromEntries(['ours', ...names].map((name) => [name, samples / median(blocks.map((block) => block[name]))]))
  const listed = (numbers: Record<string, number>, digits: number) => ['ours', ...names].map((name) => `${name} ${numbers[name].toFixed(digits)}`).join(', ')
  return {
    report: {
      gflops, loss_difference: difference, samples_per_second_ratios: ratios, samples_per_second_ratio_fastest: fastest,
      product_share: productShare, update_share: updateShare, samples_per_second: speeds, warm_up_seconds: warmUp, blocks,
    },
    text: [
      `${cpus()[0].model}, 2 threads. Losses of 5 steps without dropout agree to ${difference.toExponential(1)}.`,
      ...Object.keys(gflops).length > 0 ? [`A matrix product, GFLOP/s: ${listed(gflops, 0)}.`] : [],
      table(['samples/s of ours to those of', 'min', 'median', 'max'], [
        ...names.map((name) => spreadRow(name, ratios[name])),
        ...names.length > 1 ? [spreadRow('the fastest in each block', fastest)] : [],
      ]),
      ...productShare ? [`Share of our step that its products take alone: ${Object.values(productShare).map(percent).join(', ')} (min, median, max).`] : [],
      `Share of our step that the update takes (Node ${process.versions.node}): ${percent(updateShare.median)}.`,
      `Samples/s (median): ${listed(speeds, 1)}. Seconds of the warm-up block: ${listed(warmUp, 1)}.`,
    ].join('\n'),
  }
}
