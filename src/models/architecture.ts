import type { Tensor } from '../graph/tensor.ts'
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
  /** Which of our model inputs the family has beside input_ids and attention_mask. */
  usesTokenTypes: boolean
  /** What the embedding tables have room for: tokens in a text, and kinds of token. */
  limits(config: Config): { maxPositions: number; vocabSize: number }
  /** Standard deviation of new weights. */
  initializerRange(config: Config): number
  /** [batch, labels] */
  logits(config: Config, labels: number, layout: Layout): Tensor
}
