/** What the form shows of data before anything is trained on it. */
import { loadDataset } from '../data/dataset.ts'
import { findDataFiles } from '../data/dataFiles.ts'
import { openTable } from '../data/openTable.ts'
import { UserError } from '../protocol/errors.ts'
import type { Preview } from '../protocol/panelMessages.ts'
import type { PreviewParams, PreviewResult } from '../protocol/workerRequests.ts'

const shownRows = 5
const shownCharacters = 300

/** The rows as training will read them, or why it cannot. */
export async function preview(params: PreviewParams): Promise<PreviewResult> {
  let columns: string[] = []
  try {
    const { files } = await findDataFiles(params.dataset)
    columns = [...(await openTable(files[0])).columns]
    return { columns, preview: await read(params, columns) }
  } catch (error) {
    if (error instanceof UserError) return { columns, problem: { code: error.code, args: error.args, message: error.message } }
    throw error
  }
}

async function read(params: PreviewParams, columns: string[]): Promise<Preview> {
  const { train, evaluation, labelNames, textColumn, labelColumn, notices } = await loadDataset(params)
  const counts = new Array<number>(labelNames.length).fill(0)
  for (const label of train.labels) counts[label]++
  return {
    columns,
    text_column: textColumn,
    label_column: labelColumn,
    train_rows: train.texts.length,
    eval_rows: evaluation.texts.length,
    labels: labelNames.map((label, number) => ({ label, count: counts[number] })),
    rows: train.texts.slice(0, shownRows).map((text, row) => ({ label: labelNames[train.labels[row]], text: text.slice(0, shownCharacters) })),
    notices,
  }
}
