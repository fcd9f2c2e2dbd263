/** What a form can show of a dataset on the Hub before anything of it is downloaded, as the dataset server knows it. */
import { evaluationSplit } from '../data/dataset.ts'
import { findColumns, type ColumnNames } from '../data/columns.ts'
import { splitCalled } from '../data/dataFiles.ts'
import { datasetServerOf, lookAtDataset, type DatasetLook } from '../hub/datasetServer.ts'
import { machineHub } from '../hub/machineHub.ts'
import { UserError } from '../protocol/errors.ts'
import type { Look } from '../protocol/hubMessages.ts'
import type { Settings } from '../protocol/settings.ts'
import type { RowsAhead } from './rowsAhead.ts'

/** A person waits for it, and can do without. */
const longestMilliseconds = 10_000
const shownRows = 5
const shownCharacters = 300

/**
 * @param id as the dataset is called today
 * @returns nothing where there is nothing to see: a private dataset, another revision, a server that does not answer
 */
export async function lookAt(id: string, settings: Settings): Promise<DatasetLook | undefined> {
  const { environment } = await machineHub({})
  const endpoint = datasetServerOf(environment.endpoint)
  if (settings.dataset_revision !== 'main' || environment.isOffline || endpoint === undefined) return undefined
  const signal = AbortSignal.timeout(longestMilliseconds)
  try {
    return await lookAtDataset({ endpoint, signal }, id, { config: settings.dataset_config_name, choose: (splits) => chooseSplits(splits, settings) })
  } catch (error) {
    if (signal.aborted || error instanceof UserError) return undefined
    throw error
  }
}

/** As loading will choose them. */
function chooseSplits(names: readonly string[], settings: Settings): { train: string | undefined, evaluation: string | undefined } {
  const called = new Map(names.toReversed().flatMap((name) => {
    const split = splitCalled(name, settings)
    return split ? [[split, name] as const] : []
  }))
  const evaluation = evaluationSplit({ splits: new Map([...called].map(([split, name]) => [split, [name]])) })
  return { train: called.get('train'), evaluation: evaluation && called.get(evaluation) }
}

/** As the form shows it. @throws UserError where it is not evident which columns hold texts and labels */
export function shownLook(look: DatasetLook, settings: Settings): Look {
  const { text_column, label_column } = columnsOf(look, settings)
  const counts = look.counts[label_column]
  return {
    text_column, label_column, train: look.train, evaluation: look.evaluation,
    first: look.rows.slice(0, shownRows).map((row) => ({ label: row[label_column].slice(0, shownCharacters), text: row[text_column].slice(0, shownCharacters) })),
    counts: counts === undefined ? null : Object.entries(counts).map(([label, rows]) => ({ label, rows })),
  }
}

/** For an estimate; undefined where the server has not counted the rows or their labels. */
export function lookedRows(look: DatasetLook, settings: Settings): RowsAhead | undefined {
  const { text_column, label_column } = columnsOf(look, settings)
  const labelNames = look.classNames.get(label_column) ?? Object.keys(look.counts[label_column] ?? {})
  const { train, evaluation } = look
  if (labelNames.length === 0 || train.rows === null || (evaluation !== null && evaluation.rows === null)) return undefined
  const held = evaluation === null ? Math.ceil(train.rows * settings.test_size) : 0
  return { available: { train: train.rows - held, evaluation: evaluation?.rows ?? held }, labelNames: [...labelNames], texts: look.rows.map((row) => row[text_column]) }
}

function columnsOf({ columns, classNames }: DatasetLook, settings: Settings): ColumnNames {
  return findColumns({ file: settings.dataset[0], columns, classNames }, settings)
}
