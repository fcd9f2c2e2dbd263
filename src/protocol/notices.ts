/**
 * What a person should know but need not act on, as a code with arguments and its text.
 * Codes are `area.what`; keep each area together.
 */
import { fill, type Placeholders } from './errors.ts'

export const noticeTexts = {
  // data: rows and labels
  'data.own-split': 'no validation or test split: {count} of the {rows} rows are set aside for evaluation (test_size {test_size}, seed {seed})',
  'data.regression': 'the labels are numbers: the model learns to tell a number (problem_type regression)',
  'data.several-labels': 'the labels are lists: a text may have any number of labels (problem_type multi_label_classification)',
  'data.corrected': 'labels corrected by hand, other than in the data: {train} of the training rows, {evaluation} of the evaluation rows',
  'data.duplicates': 'training rows that repeat an earlier text: {count} of {rows}',
  'data.conflicting-labels': 'training texts under more than one label: {count}, such as {example}',
  'data.overlap': 'evaluation rows whose text is also trained on: {count} of {rows}; the accuracy will look better than it is',
  'data.compared-part': 'repeated texts were looked for among the first {count} of {rows} rows only',
  'data.class-missing': 'no {split} row has the label {names}',
  'data.imbalance': 'the class {largest} has {ratio} times the training rows of {smallest}: look at macro F1 more than at accuracy',
  'data.truncated': '{count} of the {rows} texts tokenised so far were longer than {maxLength} tokens and were cut',
  'data.labels-alike': 'these labels differ only in case or spaces: {names}',
  // model: where its parameters come from
  'model.head-kept': 'the checkpoint\'s classification head is kept: it was made for the same {count} labels',
  'model.head-new': 'new classification head for {count} labels',
  'model.head-new-number': 'new head that tells a number',
  'model.head-other-task': 'the checkpoint\'s head is of another task ({task}): it is replaced by a new one for {count} labels',
  'model.head-other-labels': 'the checkpoint\'s head is for other labels ({theirs}): it is replaced by a new one for {ours}',
  'model.parameters-new': 'parameters that the checkpoint lacks are newly initialised ({count}): {names}',
  'model.leftover-heads': 'tensors of other heads in the checkpoint are not used ({count}): {names}',
  'model.leftover-base': 'tensors of the checkpoint that have no place in the model of its config.json are not used ({count}): {names}',
  'model.pickle': 'the weights are only there as a pickle ({file}), which can run code in Python: here it is read as data alone, nothing of it is run',
  'model.own-code': 'config.json names code of its own (auto_map): nothing of it is run, the model is taken as a plain {modelType}, as transformers takes it without trust_remote_code',
  // hub: what names stand for
  'hub.renamed': '{name} is called {present} on the Hub now',
  'hub.from-cache': '{name} is taken as the cache has it: {reason}',
  'hub.local-wins': '{name} is the folder of that name here, not the repository on the Hub',
  'hub.converted': 'the rows of {name} are read from the parquet files that the Hub made of it (refs/convert/parquet)',
  // device
  'device.float32': '{setting} is asked for, but {device} trains in float32: so it does',
  'device.no-bfloat16': 'bf16 is asked for, but {device} has no bfloat16, as cards have from Ampere on: it trains in float32; fp16 is faster there',
  'device.fallback': 'the GPU is not used, the CPU trains instead: {reason}',
  'device.smaller-batches': 'there is too little memory for these batches: from now on they are of {rows} rows, {count} to a step. The effective batch stays {effective} rows, and so does the result',
  'device.smaller-evaluation': 'there is too little memory for these evaluation batches: from now on they are of {rows} rows. What is measured stays the same',
  // run
  'run.not-bit-for-bit': 'not bit for bit the run that was never stopped: {changes}',
} as const satisfies Record<string, string>

export type NoticeCode = keyof typeof noticeTexts

export interface Notice<Code extends NoticeCode = NoticeCode> {
  code: Code
  args: Record<Placeholders<(typeof noticeTexts)[Code]>, string | number>
  text: string
}

export function notice<Code extends NoticeCode>(code: Code, args: Notice<Code>['args']): Notice<Code> {
  return { code, args, text: fill(noticeTexts[code], args) }
}
