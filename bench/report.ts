/** What was measured, as ratios: a number of seconds alone says little about another machine. */
import { cpus } from 'node:os'
import type { Block } from './blocks.ts'
import type { PredictTime } from './predict.ts'
import { median, spread, type Spread } from './spread.ts'
import type { TrainingCommand } from './training.ts'

export interface Measured {
  /** Matrix products by each contender's library, on the processors of the bench. */
  gflops: Record<string, number>
  loss_difference: number
  warmUp: Block
  blocks: Block[]
  training: { ours: TrainingCommand; torch: TrainingCommand }
  predict: { ours: PredictTime; pipeline: PredictTime }
}

export interface Report {
  cpu: string
  gflops: Record<string, number>
  loss_difference: number
  /** Ours over HF Trainer as it comes. */
  samples_per_second_ratio: Spread
  /** Ours over HF Trainer with its linear layers in oneDNN. */
  samples_per_second_ratio_onednn: Spread
  /** Ours over the faster of the two in each block. */
  samples_per_second_ratio_fastest: Spread
  /** Medians. */
  samples_per_second: Record<string, number>
  warm_up_seconds: Block
  blocks: Block[]
  /** Ours over `pipeline()`, many texts at a time. */
  texts_per_second_ratio: Spread
  peak_memory_ratio: number
  training: Measured['training']
  predict: Measured['predict']
}

export function reportOf(measured: Measured, samplesPerBlock: number): Report {
  const { blocks, training } = measured
  const names = Object.keys(blocks[0])
  return {
    cpu: cpus()[0].model,
    gflops: measured.gflops,
    loss_difference: measured.loss_difference,
    samples_per_second_ratio: spread(blocks.map(({ ours, torch }) => torch / ours)),
    samples_per_second_ratio_onednn: spread(blocks.map(({ ours, torch_onednn }) => torch_onednn / ours)),
    samples_per_second_ratio_fastest: spread(blocks.map(({ ours, torch, torch_onednn }) => Math.min(torch, torch_onednn) / ours)),
    samples_per_second: Object.fromEntries(names.map((name) => [name, samplesPerBlock / median(blocks.map((block) => block[name]))])),
    warm_up_seconds: measured.warmUp,
    blocks,
    texts_per_second_ratio: spread(measured.predict.ours.many_seconds.map((seconds, round) => measured.predict.pipeline.many_seconds[round] / seconds)),
    peak_memory_ratio: training.ours.peak_memory_bytes / training.torch.peak_memory_bytes,
    training,
    predict: measured.predict,
  }
}


/** The report for people. */
export function tables(report: Report): string {
  const { gflops, training, predict, samples_per_second: speed, warm_up_seconds: warmUp } = report
  const gibibytes = ({ peak_memory_bytes: bytes }: TrainingCommand) => `${(bytes / 2 ** 30).toFixed(2)} GiB`
  const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(1)} ms`
  const parts = (command: TrainingCommand) => Object.entries(command.first_step).map(([part, at]) => `${part} ${at.toFixed(1)} s`).join(', ')
  return [
    `${report.cpu}, 2 threads; matrix products: ONNX Runtime ${gflops.ours.toFixed(0)}, torch (MKL) ${gflops.torch.toFixed(0)}, torch (oneDNN) ${gflops.torch_onednn.toFixed(0)} GFLOP/s`,
    `Losses of 5 steps without dropout agree to ${report.loss_difference.toExponential(1)}.`,
    '',
    table(['ours to HF Trainer', 'min', 'median', 'max'], [
      ratioRow('samples/s, torch as it comes', report.samples_per_second_ratio),
      ratioRow('samples/s, torch made to use oneDNN', report.samples_per_second_ratio_onednn),
      ratioRow('samples/s, the faster of these in each block', report.samples_per_second_ratio_fastest),
      ['peak memory', '', report.peak_memory_ratio.toFixed(2), ''],
      ['time to the first step', '', (firstStep(training.ours) / firstStep(training.torch)).toFixed(2), ''],
      ['predict, cold', '', (predict.ours.cold_seconds / predict.pipeline.cold_seconds).toFixed(2), ''],
      ['predict, warm', '', (predict.ours.warm_seconds / predict.pipeline.warm_seconds).toFixed(2), ''],
      ratioRow('predict, texts/s of many', report.texts_per_second_ratio),
    ]),
    '',
    `Samples/s (median): ours ${speed.ours.toFixed(1)}, torch ${speed.torch.toFixed(1)}, torch with oneDNN ${speed.torch_onednn.toFixed(1)}.`,
    `Warm-up block: ours ${warmUp.ours.toFixed(1)} s, torch ${warmUp.torch.toFixed(1)} s, torch with oneDNN ${warmUp.torch_onednn.toFixed(1)} s.`,
    `Peak memory: ours ${gibibytes(training.ours)}, torch ${gibibytes(training.torch)}.`,
    `To the first step, ours: ${parts(training.ours)}.`,
    `To the first step, torch: ${parts(training.torch)}.`,
    `Predict, cold and warm: ours ${milliseconds(predict.ours.cold_seconds)}, ${milliseconds(predict.ours.warm_seconds)}; pipeline() ${milliseconds(predict.pipeline.cold_seconds)}, ${milliseconds(predict.pipeline.warm_seconds)}.`,
  ].join('\n')
}

function firstStep(command: TrainingCommand): number {
  return command.first_step['first step']
}

function ratioRow(name: string, { min, median, max }: Spread): string[] {
  return [name, ...[min, median, max].map((value) => value.toFixed(2))]
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  return all.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2)).join('')).join('\n')
}
