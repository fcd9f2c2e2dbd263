import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { defaultOf, settingNames, settingsSchema, stepsOf, valueType } from '../../src/protocol/settings.ts'
import { trainingArguments } from '../../src/protocol/trainingArguments.ts'

const sources = { model_name_or_path: 'model', dataset: 'data' }
function refusal(given: Record<string, unknown>): string {
  try {
    checkSettings({ ...sources, ...given })
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test('the defaults are the tutorial\'s', () => {
  expect(checkSettings(sources)).toEqual({
    model_name_or_path: 'model', model_revision: 'main', dataset: ['data'], dataset_config_name: null, dataset_revision: 'main', train_split_name: null, validation_split_name: null, validation_file: null, text_column: null, label_column: null, problem_type: null,
    test_size: 0.1, max_train_samples: null, max_eval_samples: null, max_length: null,
    num_train_epochs: 3, max_steps: -1, per_device_train_batch_size: 16, gradient_accumulation_steps: 1, seed: 42, fp16: false, bf16: false,
    learning_rate: 2e-5, lr_scheduler_type: 'linear', warmup_steps: 0, weight_decay: 0.01, max_grad_norm: 1,
    adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8,
    eval_strategy: 'epoch', eval_steps: 500, per_device_eval_batch_size: 16, save_strategy: 'epoch', save_steps: 500, save_total_limit: null,
    logging_strategy: 'epoch', logging_steps: 500, load_best_model_at_end: true, metric_for_best_model: 'accuracy', greater_is_better: true,
    output_dir: 'distilbert-ag-news-finetuned', resume_from_checkpoint: null, device: 'auto',
    push_to_hub: false, hub_model_id: null, hub_private_repo: null, hub_strategy: 'end',
  })
})

test('every setting says what it is and what is allowed; names are TrainingArguments\' but for those of data, model and device', () => {
  for (const name of settingNames) {
    expect(settingsSchema.shape[name].meta()?.description, name).toBeTruthy()
    expect(valueType(name).meta()?.allowed, name).toBeTruthy()
  }
  expect(settingNames.filter((name) => !(name in trainingArguments))).toEqual([
    'model_name_or_path', 'model_revision', 'dataset', 'dataset_config_name', 'dataset_revision', 'train_split_name', 'validation_split_name', 'validation_file', 'text_column', 'label_column', 'problem_type', 'test_size', 'max_train_samples', 'max_eval_samples', 'max_length', 'warmup_ratio', 'device',
  ])
  expect(settingNames.filter((name) => name in trainingArguments && defaultOf(name) !== trainingArguments[name])).toEqual([
    'per_device_train_batch_size', 'learning_rate', 'weight_decay', 'eval_strategy', 'per_device_eval_batch_size', 'save_strategy', 'logging_strategy',
    'load_best_model_at_end', 'metric_for_best_model', 'output_dir', 'hub_strategy',
  ])
})

test.each([
  [{ learning_rate: 0 }, 'learning_rate must be a number above 0, not 0'],
  [{ learning_rate: 'fast' }, 'learning_rate must be a number above 0, not fast'],
  [{ learning_rate: -1e-5 }, 'learning_rate must be a number above 0, not -1e-5'],
  [{ learning_rate: Infinity }, 'learning_rate must be a number above 0, not Infinity'],
  [{ num_train_epochs: 0 }, 'num_train_epochs must be a number above 0, not 0'],
  [{ per_device_train_batch_size: 0 }, 'per_device_train_batch_size must be a whole number of at least 1, not 0'],
  [{ per_device_train_batch_size: 2.5 }, 'per_device_train_batch_size must be a whole number of at least 1, not 2.5'],
  [{ max_steps: 0 }, 'max_steps must be a whole number of at least 1, or -1 for none, not 0'],
  [{ weight_decay: -1 }, 'weight_decay must be a number of at least 0, not -1'],
  [{ adam_beta2: 1 }, 'adam_beta2 must be a number from 0 to below 1, not 1'],
  [{ test_size: 1 }, 'test_size must be a share between 0 and 1, not 1'],
  [{ max_length: 2 }, 'max_length must be a whole number of at least 3, not 2'],
  [{ seed: 2 ** 32 }, 'seed must be a whole number from 0 to 4294967295, not 4294967296'],
  [{ warmup_steps: 1.5 }, 'warmup_steps must be a whole number of steps, or a share of all steps below 1, not 1.5'],
  [{ eval_steps: 0 }, 'eval_steps must be a whole number of steps of at least 1, or a share of all steps below 1, not 0'],
  [{ fp16: 'perhaps' }, 'fp16 must be true or false, not perhaps'],
  [{ lr_scheduler_type: 'polynomial' }, 'lr_scheduler_type must be one of linear, constant, constant_with_warmup, cosine, not polynomial'],
  [{ save_strategy: 'best' }, 'save_strategy must be one of no, steps, epoch, not best'],
  [{ metric_for_best_model: 'mcc' }, 'metric_for_best_model must be one of accuracy, f1, f1_micro, loss, mse, mae, pearson, spearmanr, not mcc'],
  [{ model_revision: '../main' }, 'model_revision must be a branch, a tag or a commit, not ../main'],
  [{ output_dir: '' }, 'output_dir must be a path, not ""'],
  [{ dataset: [] }, 'dataset must be one or more paths, not []'],
  [{ text_column: 3 }, 'text_column must be the name of a column, not 3'],
  [{ resume_from_checkpoint: false }, 'resume_from_checkpoint must be a checkpoint folder, or no value for the last one, not false'],
  [{ device: 'tpu' }, 'device must be one of auto, cpu, cuda, webgpu, not tpu'],
  [{ fp16: true, bf16: true }, 'fp16 and bf16 are both on: choose one'],
  [{ model_name_or_path: undefined }, 'model_name_or_path is missing: give --model_name_or_path, the model to start from: its name on the Hub, or its folder as save_pretrained lays it out'],
  [{ dataset: undefined }, 'dataset is missing: give --dataset, the rows: the name of a dataset on the Hub, a folder, or files (Parquet, CSV, TSV, JSON or JSON Lines)'],
])('%j is refused in words', (given, message) => {
  expect(refusal(given)).toBe(message)
})

test('the best model needs evaluations and checkpoints at the same steps', () => {
  const strategies = 'load_best_model_at_end needs eval_strategy and save_strategy to be the same'
  const steps = 'load_best_model_at_end needs save_steps to be a multiple of eval_steps'
  const bySteps = { eval_strategy: 'steps', save_strategy: 'steps' }
  expect(refusal({ eval_strategy: 'no' })).toContain(`${strategies}, not no and epoch`)
  expect(refusal({ eval_strategy: 'no', load_best_model_at_end: false })).toBe('accepted')
  expect(refusal({ ...bySteps, eval_steps: 200 })).toContain(`${steps}, not 500 and 200`)
  expect(refusal({ ...bySteps, eval_steps: 250 })).toBe('accepted')
  expect(refusal({ ...bySteps, eval_steps: 1000 })).toContain(steps)
  expect(refusal({ ...bySteps, eval_steps: 0.1, save_steps: 0.3 })).toBe('accepted')
  expect(refusal({ ...bySteps, eval_steps: 0.1, save_steps: 0.25 })).toContain(steps)
  expect(refusal({ ...bySteps, eval_steps: 0.1, save_steps: 100 })).toContain(steps)
  expect(refusal({ ...bySteps, logging_steps: 300 })).toContain(`${steps}, not 500 and 300`)
})

test('what follows from other settings is filled in', () => {
  const follow = (given: Record<string, unknown>) => checkSettings({ ...sources, ...given })
  expect(follow({ logging_steps: 20 }).eval_steps).toBe(20)
  expect(follow({ metric_for_best_model: 'eval_loss' })).toMatchObject({ metric_for_best_model: 'loss', greater_is_better: false })
  expect(follow({ metric_for_best_model: 'loss', greater_is_better: true }).greater_is_better).toBe(true)
  expect(follow({ warmup_ratio: 0.1 })).toMatchObject({ warmup_steps: 0.1 })
  expect(follow({ warmup_ratio: 0.1, warmup_steps: 7 })).toMatchObject({ warmup_steps: 7 })
  expect(follow({ warmup_ratio: 0.1 })).not.toHaveProperty('warmup_ratio')
})

test('checked settings are a fixed point, also through JSON', () => {
  const settings = checkSettings({ ...sources, metric_for_best_model: 'f1', warmup_ratio: 0.06, resume_from_checkpoint: true, eval_steps: 20 })
  expect(checkSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings)
})

test('shares of all steps are rounded up, as Trainer does', () => {
  expect(stepsOf(0.1, 189)).toBe(19)
  expect(stepsOf(0, 189)).toBe(0)
  expect(stepsOf(25, 189)).toBe(25)
})
