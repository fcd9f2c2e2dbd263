/** From `--dataset` to labelled texts: the rows to train on, the rows to evaluate on, the names of their classes. */
import { notice } from '../protocol/notices.ts'
import type { Notice } from '../protocol/notices.ts'
import { checkRows } from './checks.ts'
import { findColumns } from './columns.ts'
import type { ColumnNames } from './columns.ts'
import { findDataFiles } from './data-files.ts'
import { fingerprint } from './fingerprint.ts'
import { encodeLabels, labelNames, labelsOf } from './labels.ts'
import type { Label } from './labels.ts'
import { locate, readRows } from './rows.ts'
import type { Place, RowFile, Rows } from './rows.ts'
import { sample, trainTestSplit } from './split.ts'
import { openTable } from './table.ts'
import type { Table } from './table.ts'

export interface DatasetOptions {
  /** A folder laid out as a dataset repository on the Hub, or files. */
  dataset: readonly string[]
  /** Columns; found by their usual names where not given or null. */
  text_column?: string | null
  label_column?: string | null
  /** As many rows as `shuffle(seed=42).select(range(max))` picks; all where not given or null. */
  max_train_samples?: number | null
  max_eval_samples?: number | null
  /** For a dataset without a split to evaluate on: the share (below 1) or number of rows to set aside. @default 0.1 */
  test_size?: number
  /** Of that split. @default 42 */
  seed?: number
}

/** The rows chosen from a split, in the order in which they are numbered. */
export interface Split {
  /** Of the rows' source: `train`, `validation` or `test`. */
  name: string
  texts: string[]
  /** Class numbers. */
  labels: Int32Array
  /** Each row's index in its source. */
  rows: Int32Array
  files: readonly RowFile[]
  /** The file and row that a chosen row comes from. */
  locate(index: number): Place
}

export interface Dataset {
  train: Split
  evaluation: Split
  /** By class number. */
  labelNames: string[]
  textColumn: string
  labelColumn: string
  notices: Notice[]
  /** sha256 over the texts, labels and label names of both splits. */
  fingerprint: string
  /** The files read. */
  source: string[]
}

/** A split with all its rows. */
interface Source {
  name: string
  rows: Rows
  labels: Label[]
}

/** Loads the rows to train and to evaluate on. What is wrong with them is a `UserError` that names the file and the row. */
export async function loadDataset(options: DatasetOptions): Promise<Dataset> {
  const { splits, classNames } = await findDataFiles(options.dataset)
  const trainTables = await openTables(splits.get('train') ?? [], classNames)
  const columns = findColumns(trainTables[0], options)
  const train = await readSource('train', trainTables, columns)
  const names = labelNames(train.rows, train.labels, columns.label_column)

  // As the tutorial, which evaluates on AG News' test split: it has no other.
  const evaluationName = splits.has('validation') ? 'validation' : 'test'
  const evaluationFiles = splits.get(evaluationName)
  const evaluation = evaluationFiles && await readSource(evaluationName, await openTables(evaluationFiles, classNames), columns)

  const chosen = chooseRows(train, evaluation, options)
  const split = { train: select(train, names, chosen.train), evaluation: select(evaluation ?? train, names, chosen.evaluation) }
  return {
    ...split,
    labelNames: names,
    textColumn: columns.text_column,
    labelColumn: columns.label_column,
    notices: [...chosen.notices, ...checkRows(split.train, split.evaluation, names)],
    fingerprint: fingerprint(names, split.train, split.evaluation),
    source: [train, evaluation].flatMap((each) => each?.rows.files ?? []).map((file) => file.path),
  }
}

async function openTables(files: readonly string[], cardClassNames: Table['classNames']): Promise<Table[]> {
  const tables: Table[] = []
  for (const file of files) {
    const table = await openTable(file)
    tables.push(table.classNames.size > 0 ? table : { ...table, classNames: cardClassNames })
  }
  return tables
}

async function readSource(name: string, tables: readonly Table[], columns: ColumnNames): Promise<Source> {
  const rows = await readRows(tables, tables.map((table) => findColumns(table, columns)))
  return { name, rows, labels: labelsOf(rows, columns.label_column) }
}

/** The rows that are asked for, by their index in the source; without an evaluation split, in two parts of the training split. */
function chooseRows(train: Source, evaluation: Source | undefined, options: DatasetOptions) {
  const { test_size = 0.1, seed = 42, max_train_samples, max_eval_samples } = options
  const rows = train.labels.length
  const own = evaluation ? undefined : trainTestSplit(rows, test_size, seed)
  return {
    train: sampled(own?.train ?? sample(rows), max_train_samples),
    evaluation: sampled(own?.test ?? sample(evaluation?.labels.length ?? 0), max_eval_samples),
    notices: own ? [notice('data.own-split', { count: own.test.length, rows, test_size, seed })] : [],
  }
}

function sampled(rows: Int32Array, max: number | null | undefined): Int32Array {
  return sample(rows.length, max ?? undefined).map((index) => rows[index])
}

function select({ name, rows: { texts, files }, ...source }: Source, names: readonly string[], rows: Int32Array): Split {
  const labels = encodeLabels({ files }, source.labels, names)
  return {
    name,
    texts: Array.from(rows, (row) => texts[row]),
    labels: rows.map((row) => labels[row]),
    rows,
    files,
    locate: locatorOf(files, rows),
  }
}

/** A function of its own: one made in `select` would keep every text of the source in memory. */
function locatorOf(files: readonly RowFile[], rows: Int32Array): Split['locate'] {
  return (index) => locate(files, rows[index])
}
