/** RobertaForSequenceClassification of transformers (modeling_roberta.py). Weights carry its names. */
import { z } from 'zod'
import { tanh } from '../graph/operators.ts'
import type { Architecture } from './architecture.ts'
import { bertBlocks, bertEmbeddings, decoderFields, denseHead, encoderFields, headsFit } from './bertEncoder.ts'
import { parseConfig, probability, tokenId, width } from './configFields.ts'

export const robertaFields = z.object({
  ...encoderFields,
  ...decoderFields,
  vocab_size: width.default(50265),
  type_vocab_size: width.default(2),
  pad_token_id: tokenId.default(1),
  classifier_dropout: probability.nullish(),
})
type Config = z.infer<typeof robertaFields>

export const roberta = robertaFamily('roberta', 'RobertaForSequenceClassification', robertaFields)

/** XLM-RoBERTa is the same network under other names. */
export function robertaFamily(modelType: string, className: string, schema: typeof robertaFields): Architecture<Config> {
  return {
    modelType,
    className,
    prefix: 'roberta.',
    usesTokenTypes: () => false,
    positionsAfter: (config) => config.pad_token_id,
    readConfig: (raw) => parseConfig(modelType, schema, raw, headsFit),
    limits: (config) => ({ maxPositions: config.max_position_embeddings - config.pad_token_id - 1, vocabSize: config.vocab_size }),
    initializerRange: (config) => config.initializer_range,

    logits(config, labels, layout) {
      const embedded = bertEmbeddings(config, layout, 'roberta.embeddings', config.hidden_size, config.pad_token_id)
      const x = layout.first(bertBlocks(config, layout, 'roberta.encoder.layer', embedded))
      return denseHead(layout, x, labels, { p: config.classifier_dropout ?? config.hidden_dropout_prob, activation: tanh })
    },
  }
}
