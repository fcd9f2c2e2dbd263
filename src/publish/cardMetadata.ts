/** The YAML block of a model's card: hub-docs, modelcard.md, and huggingface_hub's EvalResult for `model-index`. */
import { stringify } from 'yaml'
import type { Settings } from '../protocol/settings.ts'
import type { RunFacts } from './runFacts.ts'

export function cardMetadata({ base, data, evaluation, record }: Pick<RunFacts, 'base' | 'data' | 'evaluation' | 'record'>, name: string): string {
  const metadata = {
    library_name: 'transformers',
    pipeline_tag: 'text-classification',
    ...data.language === undefined ? {} : { language: data.language },
    // The Hub knows licences by such identifiers; a sentence would be refused.
    ...base.license !== undefined && /^[a-z0-9.-]+$/.test(base.license) ? { license: base.license } : {},
    ...base.hub === undefined ? {} : { base_model: base.hub.id, base_model_relation: 'finetune' },
    ...data.hub === undefined ? {} : { datasets: [data.hub.id] },
    tags: ['text-classification', 'onnx', 'transformers.js', 'finetune'],
    ...evaluation === undefined ? {} : { metrics: evaluation.eval_accuracy === null ? ['mse', 'pearsonr'] : ['accuracy', 'f1'] },
    'model-index': evaluation === undefined ? undefined : [{
      name,
      results: [{
        task: { type: 'text-classification', name: 'Text Classification' },
        dataset: datasetMetadata(data, record.settings),
        metrics: [
          ...evaluation.eval_accuracy === null ? [] : [{ type: 'accuracy', name: 'Accuracy', value: rounded(evaluation.eval_accuracy) }],
          ...evaluation.eval_f1 === null ? [] : [{ type: 'f1', name: 'Macro F1', value: rounded(evaluation.eval_f1), args: { average: 'macro' } }],
          ...typeof evaluation.eval_pearson === 'number' ? [{ type: 'pearsonr', name: 'Pearson', value: rounded(evaluation.eval_pearson) }] : [],
          ...evaluation.eval_loss === null ? [] : [{ type: 'loss', name: 'Loss', value: rounded(evaluation.eval_loss) }],
        ],
      }],
    }],
  }
  // YAML 1.1 is what Python reads: a name such as `no` or `1_0` is a string there only in quotes.
  return `---\n${stringify(metadata, { version: '1.1', lineWidth: 0 })}---\n`
}

/** What of it was evaluated on, as far as that was said: a split that was found by its files' names is not named. */
function datasetMetadata({ name, hub }: RunFacts['data'], { dataset_config_name, validation_split_name, validation_file }: Settings): Record<string, string> {
  return {
    type: hub?.id ?? datasetType(name),
    name,
    ...dataset_config_name === null ? {} : { config: dataset_config_name },
    ...validation_split_name === null || validation_file !== null ? {} : { split: validation_split_name },
    ...hub?.revision === undefined ? {} : { revision: hub.revision },
  }
}

/** A dataset that is not on the Hub needs some identifier: letters, digits and dashes of its name. */
function datasetType(name: string): string {
  return name.replace(/\.[a-z0-9]+$/i, '').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'local'
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
