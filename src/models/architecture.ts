import type { Tensor } from '../graph/tensor.ts'
import type { Truncated } from '../pretrained/initialise.ts'
import type { Layout } from './layouts/layout.ts'

/** A model family for sequence classification: what its config.json says, and the forward pass over named weights. */
export interface Architecture<Config = unknown> {
  /** `model_type` of config.json */
  modelType: string
  /** The class whose names and head this is, as in `architectures` of config.json. */
  className: string
  /** What base-model weights are called under: `distilbert.` */
  prefix: string
  /** Reads the fields that matter; throws UserError naming a field that changes the maths in a way we do not support. */
  readConfig(raw: Record<string, unknown>): Config
  /** Beginnings of the names of parameters that a checkpoint's other head may leave for ours, or lack: new then, with a notice. */
  spare?: readonly string[]
  /** Whether the family's inputs are token_type_ids beside input_ids and attention_mask. */
  usesTokenTypes(config: Config): boolean
  /** Where positions count from the one after padding's id on (`positionsOf`): that id. */
  positionsAfter?(config: Config): number
  /** What the embedding tables have room for: tokens in a text, and kinds of token. */
  limits(config: Config): { maxPositions: number; vocabSize: number }
  /** Standard deviation of new weights. */
  initializerRange(config: Config): number
  /** For new weights that are drawn within bounds: how. */
  truncated?(config: Config, name: string): Truncated | undefined
  /** [batch, labels] */
  logits(config: Config, labels: number, layout: Layout): Tensor
}
