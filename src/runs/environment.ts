/** What a run's bits depend on beside settings, data and model: where and with which versions it computes. */
import { arch, cpus, platform } from 'node:os'
import { z } from 'zod'

export const environmentSchema = z.object({
  device: z.string(),
  threads: z.int(),
  /** The processor's name: kernels are chosen by what it can. */
  cpu: z.string(),
  /** Such as `linux x64`. */
  platform: z.string(),
  versions: z.object({ finetune: z.string(), onnxruntime: z.string(), node: z.string() }),
})
export type Environment = z.infer<typeof environmentSchema>

/** The environment of this process. */
export function currentEnvironment({ device, threads, finetune, onnxruntime }: { device: string, threads: number, finetune: string, onnxruntime: string }): Environment {
  return {
    device,
    threads,
    cpu: cpus()[0]?.model ?? 'unknown',
    platform: `${platform()} ${arch()}`,
    versions: { finetune, onnxruntime, node: process.versions.node },
  }
}

/**
 * What differs, such as `threads: 2 → 4`. Where anything does, a resumed run is not bit for bit the one that was never stopped.
 * Of Node only the major version counts: its mathematics and WebAssembly come with V8.
 */
export function environmentDifference(before: Environment, now: Environment): string[] {
  const [old, current] = [comparable(before), comparable(now)]
  return Object.keys(old).flatMap((name) => old[name] === current[name] ? [] : [`${name}: ${old[name]} → ${current[name]}`])
}

function comparable({ versions, ...place }: Environment): Record<string, string | number> {
  return { ...place, ...versions, node: versions.node.split('.')[0]! }
}
