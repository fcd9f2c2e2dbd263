/** ElectraForSequenceClassification of transformers (modeling_electra.py). Weights carry its names. */
import { z } from 'zod'
import { activations } from '../graph/functions/activations.ts'
import { linear } from '../graph/functions/layers.ts'
import type { Architecture } from './architecture.ts'
import { bertBlocks, bertEmbeddings, decoderFields, denseHead, encoderFields, headsFit } from './bertEncoder.ts'
import { parseConfig, probability, width } from './configFields.ts'

const fields = z.object({
  ...encoderFields,
  ...decoderFields,
  vocab_size: width.default(30522),
  embedding_size: width.default(128),
  hidden_size: width.default(256),
  num_attention_heads: width.default(4),
  intermediate_size: width.default(1024),
  type_vocab_size: width.default(2),
  classifier_dropout: probability.nullish(),
})
type Config = z.infer<typeof fields>

export const electra: Architecture<Config> = {
  modelType: 'electra',
  className: 'ElectraForSequenceClassification',
  prefix: 'electra.',
  usesTokenTypes: () => true,
  readConfig: (raw) => parseConfig('electra', fields, raw, headsFit),
  limits: (config) => ({ maxPositions: config.max_position_embeddings, vocabSize: config.vocab_size }),
  initializerRange: (config) => config.initializer_range,

  logits(config, labels, layout) {
    const { embedding_size, hidden_size } = config
    const embedded = bertEmbeddings(config, layout, 'electra.embeddings', embedding_size)
    const projected = embedding_size === hidden_size ? embedded : linear(embedded, 'electra.embeddings_project', hidden_size)
    const x = layout.first(bertBlocks(config, layout, 'electra.encoder.layer', projected))
    // The head's activation is GELU whatever the configuration says: its summary_* fields belong to other heads.
    return denseHead(layout, x, labels, { p: config.classifier_dropout ?? config.hidden_dropout_prob, activation: activations.gelu })
  },
}
