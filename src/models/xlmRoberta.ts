/** XLMRobertaForSequenceClassification of transformers (modeling_xlm_roberta.py): RoBERTa with another vocabulary. */
import { width } from './configFields.ts'
import { robertaFamily, robertaFields } from './roberta.ts'

const fields = robertaFields.extend({ vocab_size: width.default(30522) })

export const xlmRoberta = robertaFamily('xlm-roberta', 'XLMRobertaForSequenceClassification', fields)
