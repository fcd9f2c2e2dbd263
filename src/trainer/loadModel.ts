import type { Architecture } from '../models/architecture.ts'
import { FreshParameters } from '../pretrained/initialise.ts'
import { loadParameter, resolveParameters } from '../pretrained/parameters.ts'
import type { Pretrained } from '../pretrained/pretrained.ts'
import type { Slot } from '../optim/optimizer.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { notice, type Notice } from '../protocol/notices.ts'

export interface ModelStart {
  architecture: Architecture
  config: unknown
  pretrained: Pretrained
  labels: readonly string[]
  /** By default one label for each text. */
  problemType?: ProblemType
  seed: number
}

/** Fills what is trained from a checkpoint, and from the seed what it lacks; tells what was decided. */
export async function loadModel({ architecture, config, pretrained, labels, problemType, seed }: ModelStart, slots: ReadonlyMap<string, Slot>): Promise<Notice[]> {
  const { prefix, spare, className } = architecture
  const { sources, notices } = resolveParameters({ parameters: [...slots.values()], prefix, spare, className, labels, problemType }, pretrained)
  const fresh = new FreshParameters(seed, architecture.initializerRange(config), (name) => architecture.truncated?.(config, name))
  for (const source of sources) {
    await loadParameter(source, pretrained.weights, fresh, slots.get(source.spec.name)!.value)
  }
  return [...checkpointNotices(pretrained, architecture.modelType), ...notices]
}

/** What of a checkpoint is taken otherwise than Python's libraries might. */
function checkpointNotices({ config, weights }: Pretrained, modelType: string): Notice[] {
  return [
    ...config.auto_map == null ? [] : [notice('model.own-code', { modelType })],
    ...weights.isPickle ? [notice('model.pickle', { file: weights.path })] : [],
  ]
}
