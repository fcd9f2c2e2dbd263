/** The ways in which HF Trainer runs beside ours. */
import { readFileSync } from 'node:fs'

/** Words of trainer.py's command line, by the name of the contender. */
export type TorchSettings = Readonly<Record<string, readonly string[]>>

export const asItComes: TorchSettings = { torch: [], torch_onednn: ['--onednn'] }

/** What a person who knows torch would try; `blockSteps`: how many steps lie in a block. */
export function tunedByHand(blockSteps: number): TorchSettings {
  const grouped = ['--grouped', String(blockSteps)]
  return {
    torch: [],
    torch_grouped: grouped,
    torch_grouped_onednn: [...grouped, '--onednn'],
    torch_grouped_compile: [...grouped, '--compile'],
    ...hasBfloat16() ? { torch_grouped_bf16: [...grouped, '--bf16'] } : {},
  }
}

/** On a GPU, in float16. */
export const onCuda: TorchSettings = { torch: ['--cuda'] }

/** Whether the processor multiplies bfloat16; without, torch computes it in slower ways than float32. */
export function hasBfloat16(): boolean {
  return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
}
