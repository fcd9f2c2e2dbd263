/** BertForSequenceClassification of transformers (modeling_bert.py). Weights carry its names. */
import { z } from 'zod'
import { linear } from '../graph/functions/layers.ts'
import { tanh } from '../graph/operators.ts'
import type { Architecture } from './architecture.ts'
import { bertBlocks, bertEmbeddings, decoderFields, encoderFields, headsFit } from './bertEncoder.ts'
import { parseConfig, probability, width } from './configFields.ts'

const fields = z.object({
  ...encoderFields,
  ...decoderFields,
  vocab_size: width.default(30522),
  type_vocab_size: width.default(2),
  classifier_dropout: probability.nullish(),
})
type Config = z.infer<typeof fields>

export const bert: Architecture<Config> = {
  modelType: 'bert',
  className: 'BertForSequenceClassification',
  prefix: 'bert.',
  spare: ['bert.pooler.'],
  usesTokenTypes: () => true,
  readConfig: (raw) => parseConfig('bert', fields, raw, headsFit),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    const embedded = bertEmbeddings(config, layout, 'bert.embeddings', config.hidden_size)
    const x = layout.first(bertBlocks(config, layout, 'bert.encoder.layer', embedded))
    const pooled = tanh(linear(x, 'bert.pooler.dense', config.hidden_size))
    return linear(layout.dropout(pooled, config.classifier_dropout ?? config.hidden_dropout_prob), 'classifier', labels)
  },
}
