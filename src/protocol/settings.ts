/**
 * The settings of a run: one table that gives the command's help, the form, the check and the types. Names are those of
 * Hugging Face's `TrainingArguments` and run_classification.py, defaults those of its text classification tutorial.
 * `null` is Python's None: not given.
 */
import { z } from 'zod'
import { metricNames, type MetricName } from './bestMetric.ts'
import { problemTypes } from './problemType.ts'
import { isPlainPath } from './foreignPath.ts'

declare module 'zod' {
  interface GlobalMeta {
    unit?: string
    /** What a value must be, to end the sentence "must be …". */
    allowed?: string
  }
}

const flag = z.boolean().meta({ allowed: 'true or false' })
const path = z.string().min(1).meta({ title: 'path', allowed: 'a path' })
const paths = z.array(path).min(1).meta({ allowed: 'one or more paths' })
const repository = z.string().regex(/^[\w.-]+(\/[\w.-]+)?$/).meta({ title: 'name', allowed: 'the name of a repository, such as me/my-classifier' })
const revision = z.string().refine(isPlainPath).meta({ title: 'revision', allowed: 'a branch, a tag or a commit' })
const column = z.string().min(1).meta({ title: 'column', allowed: 'the name of a column' })
const count = z.int().min(1).meta({ allowed: 'a whole number of at least 1' })
const positive = z.number().positive().meta({ allowed: 'a number above 0' })
const notNegative = z.number().nonnegative().meta({ allowed: 'a number of at least 0' })
const beta = z.number().nonnegative().lt(1).meta({ allowed: 'a number from 0 to below 1' })
const share = z.number().positive().lt(1).meta({ allowed: 'a share between 0 and 1' })
const tokens = z.int().min(3).meta({ allowed: 'a whole number of at least 3' })
const seed = z.int().min(0).max(2 ** 32 - 1).meta({ allowed: 'a whole number from 0 to 4294967295' })
const warmup = z.number().nonnegative().refine(isStepsOrShare).meta({ allowed: 'a whole number of steps, or a share of all steps below 1' })
const interval = z.number().positive().refine(isStepsOrShare).meta({ allowed: 'a whole number of steps of at least 1, or a share of all steps below 1' })
const stepLimit = z.int().refine((steps) => steps === -1 || steps >= 1).meta({ allowed: 'a whole number of at least 1, or -1 for none' })
const checkpoint = z.union([z.literal(true), path]).meta({ allowed: 'a checkpoint folder, or no value for the last one' })

/** An option of several words, each allowed value named in its message. */
function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names).meta({ allowed: `one of ${names.join(', ')}` })
}

const strategy = oneOf(['no', 'steps', 'epoch'])

/** Settings by the groups in which help and form show them. */
export const settingGroups = {
  'Model and data': {
    model_name_or_path: path.meta({ description: 'model to start from: its name on the Hub, or its folder as save_pretrained lays it out' }),
    model_revision: revision.default('main').meta({ description: 'branch, tag or commit of a model on the Hub' }),
    dataset: paths.meta({ description: 'rows: the name of a dataset on the Hub, a folder, or files (Parquet, CSV, TSV, JSON or JSON Lines)' }),
    dataset_config_name: column.nullable().default(null).meta({ description: 'subset of a dataset that has several', title: 'subset', allowed: 'the name of a subset' }),
    dataset_revision: revision.default('main').meta({ description: 'branch, tag or commit of a dataset on the Hub' }),
    train_split_name: column.nullable().default(null).meta({ description: 'split to train on (found when not given)', title: 'split', allowed: 'the name of a split' }),
    validation_split_name: column.nullable().default(null).meta({ description: 'split to evaluate on (found when not given)', title: 'split', allowed: 'the name of a split' }),
    validation_file: path.nullable().default(null).meta({ description: 'file or folder with rows to evaluate on, instead of a split of the dataset' }),
    text_column: column.nullable().default(null).meta({ description: 'column with the text (found when not given)' }),
    label_column: column.nullable().default(null).meta({ description: 'column with the label (found when not given)' }),
    problem_type: oneOf(problemTypes).nullable().default(null).meta({ description: 'one label for each text, any number of labels, or a number (told by the labels when not given)' }),
    test_size: share.default(0.1).meta({ description: 'share of the training rows set aside for evaluation when the data has no split for it' }),
    max_train_samples: count.nullable().default(null).meta({ description: 'train on this many rows only, shuffled with seed 42', unit: 'rows' }),
    max_eval_samples: count.nullable().default(null).meta({ description: 'evaluate on this many rows only, shuffled with seed 42', unit: 'rows' }),
    max_length: tokens.nullable().default(null).meta({ description: 'cut longer texts (the model\'s own limit when not given)', unit: 'tokens' }),
  },
  Training: {
    num_train_epochs: positive.default(3).meta({ description: 'passes over the training rows, fractions allowed', unit: 'epochs' }),
    max_steps: stepLimit.default(-1).meta({ description: 'stop after this many steps; overrides num_train_epochs', unit: 'steps' }),
    per_device_train_batch_size: count.default(16).meta({ description: 'rows in a training batch', unit: 'rows' }),
    gradient_accumulation_steps: count.default(1).meta({ description: 'batches whose gradients make one step', unit: 'batches' }),
    seed: seed.default(42).meta({ description: 'seed of the new head, the order of rows and dropout' }),
    fp16: flag.default(false).meta({ description: 'half precision where the device has it (on an NVIDIA GPU; elsewhere float32)' }),
    bf16: flag.default(false).meta({ description: 'bfloat16 where the device has it (on an NVIDIA GPU; elsewhere float32)' }),
  },
  Optimiser: {
    learning_rate: positive.default(2e-5).meta({ description: 'learning rate of AdamW after warmup' }),
    lr_scheduler_type: oneOf(['linear', 'constant', 'constant_with_warmup', 'cosine']).default('linear').meta({ description: 'how the learning rate changes over the steps' }),
    warmup_steps: warmup.default(0).meta({ description: 'steps, or their share when below 1, until the learning rate is reached', unit: 'steps' }),
    warmup_ratio: beta.nullable().default(null).meta({ description: 'older name of a warmup_steps below 1' }),
    weight_decay: notNegative.default(0.01).meta({ description: 'weight decay of all weights but biases and LayerNorm' }),
    max_grad_norm: notNegative.default(1).meta({ description: 'clip the gradient to this norm (0: do not)' }),
    adam_beta1: beta.default(0.9).meta({ description: 'decay of the mean of gradients' }),
    adam_beta2: beta.default(0.999).meta({ description: 'decay of the mean of squared gradients' }),
    adam_epsilon: positive.default(1e-8).meta({ description: 'keeps the division by that mean finite' }),
  },
  'Evaluation and checkpoints': {
    eval_strategy: strategy.default('epoch').meta({ description: 'when to evaluate' }),
    eval_steps: interval.nullable().default(null).meta({ description: 'steps between evaluations (logging_steps when not given)', unit: 'steps' }),
    per_device_eval_batch_size: count.default(16).meta({ description: 'rows in an evaluation batch', unit: 'rows' }),
    save_strategy: strategy.default('epoch').meta({ description: 'when to write a checkpoint' }),
    save_steps: interval.default(500).meta({ description: 'steps between checkpoints', unit: 'steps' }),
    save_total_limit: count.nullable().default(null).meta({ description: 'keep the newest of them, and always the best', unit: 'checkpoints' }),
    logging_strategy: strategy.default('epoch').meta({ description: 'when to log the training loss' }),
    logging_steps: interval.default(500).meta({ description: 'steps between log rows', unit: 'steps' }),
    load_best_model_at_end: flag.default(true).meta({ description: 'end with the best model rather than the last' }),
    metric_for_best_model: z.enum([...metricNames, ...metricNames.map((name) => `eval_${name}` as const)]).meta({ allowed: `one of ${metricNames.join(', ')}` }).default('accuracy').meta({ description: 'what makes a model the best (of a number: the loss)' }),
    greater_is_better: flag.nullable().default(null).meta({ description: 'whether more of that metric is better (yes, but for loss, mse and mae)' }),
  },
  Run: {
    output_dir: path.default('distilbert-ag-news-finetuned').meta({ description: 'folder of the run: checkpoints, events, the finished model' }),
    resume_from_checkpoint: checkpoint.nullable().default(null).meta({ description: 'go on from this checkpoint, or from the last complete one' }),
    device: oneOf(['auto', 'cpu', 'cuda', 'webgpu']).default('auto').meta({ description: 'where to train (auto: on an NVIDIA GPU that is set up, else on the CPU)' }),
  },
  Publishing: {
    push_to_hub: flag.default(false).meta({ description: 'publish the finished model on the Hub' }),
    hub_model_id: repository.nullable().default(null).meta({ description: 'repository to publish in (that of output_dir\'s name when not given)' }),
    hub_private_repo: flag.nullable().default(null).meta({ description: 'whether a new repository is private (yes when not given)' }),
    hub_strategy: oneOf(['end']).default('end').meta({ description: 'when to publish' }),
  },
}

export const settingsSchema = z.strictObject({
  ...settingGroups['Model and data'],
  ...settingGroups.Training,
  ...settingGroups.Optimiser,
  ...settingGroups['Evaluation and checkpoints'],
  ...settingGroups.Run,
  ...settingGroups.Publishing,
})

export type SettingName = keyof typeof settingsSchema.shape

/** Settings as a person gives them: defaults may be left out. */
export type GivenSettings = z.input<typeof settingsSchema>

/** Checked settings, complete: what follows from others is filled in (see checkSettings), `warmup_ratio` is folded into `warmup_steps`. */
export type Settings = Omit<z.output<typeof settingsSchema>, 'warmup_ratio' | 'eval_steps' | 'greater_is_better' | 'metric_for_best_model'> & {
  eval_steps: number
  greater_is_better: boolean
  metric_for_best_model: MetricName
}

export const settingNames = Object.keys(settingsSchema.shape) as SettingName[]

/** The type of a setting's value without `null` and default around it: it carries `allowed`. */
export function valueType(name: SettingName): z.ZodType {
  let type: z.ZodType = settingsSchema.shape[name]
  while (type instanceof z.ZodDefault || type instanceof z.ZodNullable) type = type.unwrap() as z.ZodType
  return type
}

/** The default of a setting, `null` for none, or undefined where it must be given. */
export function defaultOf(name: SettingName): unknown {
  const type: z.ZodType = settingsSchema.shape[name]
  return type instanceof z.ZodDefault ? type.def.defaultValue : undefined
}

/**
 * Steps of `warmup_steps`, `eval_steps`, `save_steps` or `logging_steps`: a value below 1 is a share of all steps, rounded up
 * (Trainer's compute_steps and get_warmup_steps).
 */
export function stepsOf(value: number, max_steps: number): number {
  return value < 1 ? Math.ceil(max_steps * value) : value
}

function isStepsOrShare(value: number): boolean {
  return value < 1 || Number.isInteger(value)
}
