/** README.md of a published model: what it does, how well, how it was made, how to use it. Texts from data are shown, never interpreted. */
import { bestMetric } from '../protocol/bestMetric.ts'
import { checkSettings } from '../protocol/checkSettings.ts'
import { problemTypeOf } from '../protocol/evaluation.ts'
import type { EvaluateEvent } from '../protocol/events.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Environment } from '../runs/environment.ts'
import { javascriptSnippet, pythonSnippet } from '../runs/snippets.ts'
import { cardMetadata } from './cardMetadata.ts'
import type { ExampleRow } from './exampleRows.ts'
import { markdownTable, plain } from './markdown.ts'
import type { RunFacts } from './runFacts.ts'
import { sharedSettings } from './sharedSettings.ts'
import type { Source } from './sources.ts'

/** Of more labels than these a matrix is no picture any more. */
const mostForMatrix = 20

/**
 * @param repository its name on the Hub, `owner/name`
 * @param examples rows of the data that the person wants shown
 */
export function modelCard(facts: RunFacts, repository: string, examples: readonly ExampleRow[] = []): string {
  const name = repository.split('/').at(-1)!
  const sections = [
    `${cardMetadata(facts, name)}\n# ${plain(name)}`,
    introduction(facts),
    ...facts.problemType === 'regression' ? [] : ['## Labels', labels(facts)],
    ...examples.length === 0 ? [] : ['## Examples', ...exampleTable(examples)],
    ...facts.evaluation ? ['## Evaluation', ...evaluation(facts, facts.evaluation)] : [],
    '## Training', ...training(facts),
    '## Use', ...use(repository, facts),
    '## Limits', limits(facts),
  ]
  return `${sections.join('\n\n')}\n`
}

function exampleTable(examples: readonly ExampleRow[]): string[] {
  return ['Rows of the data that it was evaluated on:', markdownTable(['Label', 'Text'], examples.map(({ label, text }) => [plain(label), plain(text)]))]
}

function introduction({ base, data, evaluation, preflight, problemType }: RunFacts): string {
  const names = preflight.label_names
  const shown = names.slice(0, 10).map((name) => `**${plain(name)}**`).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '')
  const task = {
    single_label_classification: `to sort a text under one of ${count(names.length)} labels: ${shown}`,
    multi_label_classification: `to give a text those of ${count(names.length)} labels that apply: ${shown}`,
    regression: 'to give a text a number',
  }[problemType]
  return `This is ${sourceText(base, '')}, fine-tuned on ${sourceText(data, 'datasets/')} ${task}.${evaluation ? ` ${quality(evaluation)}` : ''}`
}

/** Of texts that were not trained on. */
function quality({ eval_accuracy, eval_accuracy_margin, eval_f1_micro, eval_mae = null, eval_pearson = null, eval_rows }: EvaluateEvent): string {
  if (eval_accuracy === null) {
    const correlation = `a correlation (Pearson) of ${number(eval_pearson)}`
    return `Over ${count(eval_rows)} texts that it was not trained on it is off by ${number(eval_mae)} on average, with ${correlation}.`
  }
  const margin = `± ${(100 * (eval_accuracy_margin ?? 0)).toFixed(1)} points, 95% interval`
  const share = `${percent(eval_accuracy)} (${margin}) of ${count(eval_rows)} texts that it was not trained on`
  return eval_f1_micro === undefined ? `It is right for ${share}.` : `All labels are right for ${share}; micro F1 is ${number(eval_f1_micro)}.`
}

function labels({ preflight, evaluation }: RunFacts): string {
  const { label_names, label_rows } = preflight
  const evaluated = (name: string) => evaluation?.per_class.find(({ label }) => label === name)?.support ?? 0
  return markdownTable(
    ['Id', 'Label', ...label_rows ? ['Training rows'] : [], ...evaluation ? ['Evaluation rows'] : []],
    label_names.map((name, id) => [id, plain(name), ...label_rows ? [count(label_rows[id] ?? 0)] : [], ...evaluation ? [count(evaluated(name))] : []]),
  )
}

function evaluation({ evaluations, record, problemType }: RunFacts, chosen: EvaluateEvent): string[] {
  const { load_best_model_at_end } = record.settings
  const isNumber = problemType === 'regression'
  const measures = isNumber ? ['Mean absolute error', 'Pearson', 'Spearman'] : ['Accuracy', 'Macro F1']
  const measured = (each: EvaluateEvent) => isNumber ? [each.eval_mae, each.eval_pearson, each.eval_spearmanr] : [each.eval_accuracy, each.eval_f1]
  const names = chosen.per_class.map(({ label }) => plain(label))
  return [
    `The ${load_best_model_at_end ? `best by ${bestMetric(record.settings, problemTypeOf(chosen)).metric}` : 'last'} is published, marked with ●.`,
    markdownTable(
      ['', 'Epoch', 'Step', 'Training loss', 'Validation loss', ...measures],
      evaluations.map((each) => [
        each === chosen ? '●' : '', Number(each.epoch.toFixed(2)), each.step, number(each.training_loss), number(each.eval_loss),
        ...measured(each).map(number),
      ]),
    ),
    ...names.length === 0 ? [] : [markdownTable(
      ['Label', 'Precision', 'Recall', 'F1', 'Rows'],
      chosen.per_class.map(({ precision, recall, f1, support }, index) => [names[index]!, number(precision), number(recall), number(f1), count(support)]),
    )],
    ...chosen.confusion_matrix.length === 0 ? [] : confusion(names, chosen.confusion_matrix),
  ]
}

function confusion(names: readonly string[], matrix: readonly (readonly number[])[]): string[] {
  if (names.length > mostForMatrix) return [`The confusion matrix is left out: with ${count(names.length)} labels it is too large to be read.`]
  return [
    'Rows by their label (down) and what the model says (across):',
    markdownTable(['', ...names], matrix.map((row, index) => [`**${names[index]}**`, ...row.map(count)])),
  ]
}

function training({ record, preflight, base, data, seconds }: RunFacts): string[] {
  const environment = record.environment! // known since the first step
  return [
    markdownTable(['', ''], [
      ['Base model', `${sourceText(base, '')}${revisionText(base)}${licenseText(base)}`],
      ['Data', `${sourceText(data, 'datasets/')}${revisionText(data)}${licenseText(data)}`],
      ['Rows', `${count(preflight.train_rows)} to train on, ${count(preflight.eval_rows)} to evaluate on`],
      ['Hardware', hardware(environment)],
      ['Time', duration(seconds)],
      ['Software', `Finetune ${plain(environment.versions.finetune)}, ONNX Runtime ${plain(environment.versions.onnxruntime)}`],
    ]),
    'Settings, by the names of Hugging Face\'s `TrainingArguments` (all of them are in `training_settings.json`):',
    markdownTable(['Setting', 'Value'], shownSettings(record.settings, { base, data }).map(([name, value]) => [`\`${name}\``, plain(String(value))])),
  ]
}

function hardware({ device, cpu, threads, platform }: Environment): string {
  return `${device === 'cpu' ? '' : `${plain(device)}, `}${plain(cpu)}, ${threads} threads, ${plain(platform)}`
}

/** What one looks for first, whatever it is set to. */
const usualSettings = [
  'num_train_epochs', 'max_steps', 'per_device_train_batch_size', 'gradient_accumulation_steps', 'learning_rate', 'lr_scheduler_type', 'warmup_steps',
  'weight_decay', 'adam_beta1', 'adam_beta2', 'adam_epsilon', 'max_grad_norm', 'seed', 'fp16', 'bf16', 'max_length', 'max_train_samples', 'max_eval_samples',
  'load_best_model_at_end', 'metric_for_best_model',
]

/** The usual ones, and all that were chosen. Model and data stand above them. */
function shownSettings(settings: Settings, { base, data }: Pick<RunFacts, 'base' | 'data'>): [string, unknown][] {
  const { model_name_or_path, dataset } = settings
  const defaults: Readonly<Record<string, unknown>> = checkSettings({ model_name_or_path, dataset })
  return Object.entries(sharedSettings(settings, { base, data })).filter(([name, value]) => {
    if (name === 'model_name_or_path' || name === 'dataset') return false
    return usualSettings.includes(name) || JSON.stringify(value) !== JSON.stringify(defaults[name])
  })
}

function use(repository: string, { base: { license }, problemType }: RunFacts): string[] {
  return [
    'Python:',
    `\`\`\`python\n${pythonSnippet(repository, problemType)}\`\`\``,
    'JavaScript, in Node or a browser:',
    `\`\`\`js\n${javascriptSnippet(repository, problemType, 'hub')}\`\`\``,
    ...license === undefined ? ['No licence is known of the base model: ask who made it before you use this one.'] : [],
  ]
}

function limits({ preflight, truncatedShare, evaluation, problemType }: RunFacts): string {
  const oneSided = 'is as one-sided as the data that it learned from.'
  const cut = truncatedShare > 0 ? `; ${percent(truncatedShare)} of the texts in training were longer` : ''
  const weakest = evaluation && [...evaluation.per_class].filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1)[0]
  return [
    {
      single_label_classification: `- It gives every text one of its labels, also a text to which none applies, and ${oneSided}`,
      multi_label_classification: `- It knows no other labels than these, and ${oneSided}`,
      regression: `- It gives every text a number, also a text for which that makes no sense, and ${oneSided}`,
    }[problemType],
    `- It reads the first ${count(preflight.max_length)} tokens of a text and not the rest${cut}.`,
    ...weakest ? [`- It is weakest at ${plain(weakest.label)} (F1 ${number(weakest.f1)} over ${count(weakest.support)} rows).`] : [],
    ...evaluation ? [`- What is measured above holds for texts like those that it was evaluated on.`] : ['- It was not evaluated.'],
  ].join('\n')
}

/** A link to what is on the Hub, by a name that the Hub itself gave; else the plain name. */
function sourceText({ name, hub }: Source, kind: '' | 'datasets/'): string {
  return hub && /^[\w.-]+(\/[\w.-]+)?$/.test(hub.id) ? `[${plain(hub.id)}](https://huggingface.co/${kind}${hub.id})` : plain(name)
}

function revisionText({ hub }: Source): string {
  return hub?.revision === undefined ? '' : ` at \`${hub.revision.replace(/[^0-9a-f]/g, '')}\``
}

function licenseText({ license }: Source): string {
  return `, licence: ${license === undefined ? 'not known' : plain(license)}`
}

function count(rows: number): string {
  return rows.toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

function number(value: number | null | undefined): string {
  return value?.toFixed(4) ?? ''
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return `${Math.round(seconds)} seconds`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
