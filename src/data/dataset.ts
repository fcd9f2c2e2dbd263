/** From `--dataset` to labelled texts: the rows to train on, the rows to evaluate on, the names of their classes. */
import type { AppliedCorrection } from '../protocol/appliedCorrection.ts'
import { UserError } from '../protocol/errors.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { notice } from '../protocol/notices.ts'
import type { Notice } from '../protocol/notices.ts'
import { checkLabels, checkTexts } from './checks.ts'
import { correctLabels } from './correctLabels.ts'
import type { CorrectedLabels } from './correctLabels.ts'
import { correctionsFor } from './corrections.ts'
import { findColumns } from './columns.ts'
import type { ColumnChoice, ColumnNames } from './columns.ts'
import { findDataFiles } from './dataFiles.ts'
import type { DataFiles, SplitName, SubsetChoice } from './dataFiles.ts'
import { fingerprint } from './fingerprint.ts'
import { readLabelColumn } from './labelColumn.ts'
import type { LabelColumn } from './labelColumn.ts'
import { locate, readRows } from './rows.ts'
import type { Place, RowFile, Rows } from './rows.ts'
import { sample, trainTestSplit } from './split.ts'
import { openTable } from './openTable.ts'
import type { Table } from './table.ts'
import { listed } from './wording.ts'

export interface DatasetOptions extends SubsetChoice {
  /** A folder laid out as a dataset repository on the Hub, or files. */
  dataset: readonly string[]
  /** Rows to evaluate on, instead of a split of `dataset`. */
  validation_file?: string | null
  /** Columns; found by their usual names where not given or null. */
  text_column?: string | null
  label_column?: string | null
  /** What the labels ask for; told by what they are where not given or null. */
  problem_type?: ProblemType | null
  /** As many rows as `shuffle(seed=42).select(range(max))` picks; all where not given or null. */
  max_train_samples?: number | null
  max_eval_samples?: number | null
  /** For a dataset without a split to evaluate on: the share (below 1) or number of rows to set aside. @default 0.1 */
  test_size?: number
  /** Of that split. @default 42 */
  seed?: number
  /** Labels put right, of the run that goes on; those that lie beside the data when not given. */
  corrections?: readonly AppliedCorrection[]
}

/** The rows chosen from a split, in the order in which they are numbered. */
export interface Split {
  /** Of the rows' source. */
  name: SplitName
  texts: string[]
  /** Class numbers; all 0 where there are targets. */
  labels: Int32Array
  /** The value that each output should have, [rows, names], where a row has not just one label. */
  targets?: Float32Array
  /** Each row's index in its source. */
  rows: Int32Array
  files: readonly RowFile[]
  /** The file and row that a chosen row comes from. */
  locate(index: number): Place
}

export interface Dataset {
  train: Split
  evaluation: Split
  problemType: ProblemType
  /** By class number; of a regression that of its output. */
  labelNames: string[]
  textColumn: string
  labelColumn: string
  /** Rows that there are, before `max_train_samples` and `max_eval_samples`. */
  available: { train: number, evaluation: number }
  notices: Notice[]
  /** sha256 over the texts, labels and label names of both splits. */
  fingerprint: string
  /** The files read. */
  source: string[]
  /** The corrections that changed the label of a row. */
  corrections: AppliedCorrection[]
}

/** A row's label as a person would write it. */
export function labelText({ labels, targets }: Pick<Split, 'labels' | 'targets'>, row: number, { problemType, labelNames }: Pick<Dataset, 'problemType' | 'labelNames'>): string {
  if (!targets) return labelNames[labels[row]]
  const values = targets.subarray(row * labelNames.length, (row + 1) * labelNames.length)
  return problemType === 'regression' ? String(Number(values[0].toPrecision(7))) : labelNames.filter((_, label) => values[label] > 0).join(', ')
}

/** Rows with each label, by its number; of a regression all are of its one output. */
export function rowsByLabel({ labels, targets }: Pick<Split, 'labels' | 'targets'>, { problemType, labelNames }: Pick<Dataset, 'problemType' | 'labelNames'>): number[] {
  const rows = labelNames.map(() => 0)
  if (problemType === 'multi_label_classification') targets!.forEach((target, i) => { rows[i % rows.length] += target })
  else for (const label of labels) rows[label]++
  return rows
}

/** A split with all its rows. */
interface Source {
  name: SplitName
  columns: ColumnNames
  rows: Rows
  labels: LabelColumn
}

/** Loads the rows to train and to evaluate on. What is wrong with them is a `UserError` that names the file and the row. */
export async function loadDataset(options: DatasetOptions): Promise<Dataset> {
  const found = await findDataFiles(options.dataset, options)
  const train = await readSource('train', found, options)
  const { problemType } = train.labels
  const names = train.labels.names()
  const evaluation = await readEvaluation(found, options, { ...train.columns, problem_type: problemType })

  const chosen = chooseRows(train, evaluation, options)
  const source = [train, evaluation].flatMap((each) => each?.rows.files ?? []).map((file) => file.path)
  const corrections = options.corrections ?? await correctionsFor(source, train.columns.label_column)
  const selected = { train: select(train, names, chosen.train, corrections), evaluation: select(evaluation ?? train, names, chosen.evaluation, corrections) }
  const split = { train: selected.train.split, evaluation: selected.evaluation.split }
  return {
    ...split,
    problemType,
    labelNames: names,
    textColumn: train.columns.text_column,
    labelColumn: train.columns.label_column,
    available: chosen.available,
    notices: [...chosen.notices, ...options.problem_type == null ? problemNotice(problemType) : [], ...correctionNotice(selected.train, selected.evaluation), ...checkTexts(split.train, split.evaluation), ...problemType === 'single_label_classification' ? checkLabels(split.train, split.evaluation, names) : []],
    fingerprint: fingerprint(names, split.train, split.evaluation),
    source,
    corrections: [...new Map([...selected.train.applied, ...selected.evaluation.applied].map((each) => [each.text_sha256, each])).values()],
  }
}

/**
 * Loads rows to measure a finished model on, whose labels must be among the model's: those of the split to evaluate on,
 * or all rows where there is none.
 */
export async function loadEvaluationRows(options: Omit<DatasetOptions, 'max_train_samples' | 'test_size' | 'seed'>, names: readonly string[]): Promise<Split> {
  const found = await findDataFiles(options.dataset, options)
  const source = await readSource(evaluationSplit(found) ?? 'train', found, options)
  const corrections = options.corrections ?? await correctionsFor(source.rows.files.map(({ path }) => path), source.columns.label_column)
  return select(source, names, sample(source.rows.texts.length, options.max_eval_samples), corrections).split
}

async function readEvaluation(found: DataFiles, { validation_file }: DatasetOptions, columns: ColumnNames & Pick<DatasetOptions, 'problem_type'>): Promise<Source | undefined> {
  if (validation_file == null) {
    const name = evaluationSplit(found)
    return name && readSource(name, found, columns)
  }
  const own = await findDataFiles([validation_file])
  return readSource(evaluationSplit(own) ?? 'train', { ...own, classNames: found.classNames }, columns)
}

/** As in the tutorial, AG News is evaluated on its test split: it has no other. */
export function evaluationSplit({ splits }: Pick<DataFiles, 'splits'>): SplitName | undefined {
  return (['validation', 'test'] as const).find((split) => splits.has(split))
}

async function readSource(name: SplitName, { files, splits, classNames }: DataFiles, named: ColumnChoice & Pick<DatasetOptions, 'problem_type'>): Promise<Source> {
  const members = splits.get(name)
  if (!members) throw new UserError('data.no-train-split', { files: listed(files) })
  const tables: Table[] = []
  for (const file of members) {
    const table = await openTable(file)
    tables.push(table.classNames.size > 0 ? table : { ...table, classNames })
  }
  const columns = findColumns(tables[0], named)
  const rows = await readRows(tables, tables.map((table) => findColumns(table, columns)))
  return { name, columns, rows, labels: readLabelColumn(rows, columns.label_column, named.problem_type) }
}

/** The rows that are asked for, by their index in the source; without an evaluation split, in two parts of the training split. */
function chooseRows(train: Source, evaluation: Source | undefined, options: DatasetOptions) {
  const { test_size = 0.1, seed = 42, max_train_samples, max_eval_samples } = options
  const rows = train.rows.texts.length
  const own = evaluation ? undefined : trainTestSplit(rows, test_size, seed)
  const [forTraining, forEvaluation] = [own?.train ?? sample(rows), own?.test ?? sample(evaluation?.rows.texts.length ?? 0)]
  return {
    train: sampled(forTraining, max_train_samples),
    evaluation: sampled(forEvaluation, max_eval_samples),
    available: { train: forTraining.length, evaluation: forEvaluation.length },
    notices: own ? [notice('data.own-split', { count: own.test.length, rows, test_size, seed })] : [],
  }
}

function sampled(rows: Int32Array, max: number | null | undefined): Int32Array {
  return sample(rows.length, max).map((index) => rows[index])
}

function select({ name, rows: source, labels }: Source, names: readonly string[], rows: Int32Array, corrections: readonly AppliedCorrection[]): CorrectedLabels & { split: Split } {
  const { files } = source
  const encoded = labels.encode(names)
  const texts = Array.from(rows, (row) => source.texts[row])
  const corrected = correctLabels({ texts, labels: rows.map((row) => encoded.labels[row]) }, names, encoded.targets ? [] : corrections)
  return { ...corrected, split: { name, texts, labels: corrected.labels, targets: encoded.targets && rowsOf(encoded.targets, rows, names.length), rows, files, locate: locatorOf(files, rows) } }
}

function rowsOf(targets: Float32Array, rows: Int32Array, width: number): Float32Array {
  const chosen = new Float32Array(rows.length * width)
  rows.forEach((row, index) => chosen.set(targets.subarray(row * width, (row + 1) * width), index * width))
  return chosen
}

function problemNotice(problemType: ProblemType): Notice[] {
  if (problemType === 'single_label_classification') return []
  return [notice(problemType === 'regression' ? 'data.regression' : 'data.several-labels', {})]
}

function correctionNotice(train: CorrectedLabels, evaluation: CorrectedLabels): Notice[] {
  if (train.changed + evaluation.changed === 0) return []
  return [notice('data.corrected', { train: train.changed, evaluation: evaluation.changed })]
}

/** A function of its own: one made in `select` would keep every text of the source in memory. */
function locatorOf(files: readonly RowFile[], rows: Int32Array): Split['locate'] {
  return (index) => locate(files, rows[index])
}
