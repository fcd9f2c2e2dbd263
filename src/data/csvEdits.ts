/** Other labels for rows of a CSV file as edits of single cells: everything else, quotes and line ends too, stays as it is. */
export interface Edit {
  /** Offsets of the cell, quotes included, in UTF-16 code units. */
  start: number
  end: number
  /** The cell as it is to be written. */
  text: string
}

export interface CsvColumns {
  delimiter: string
  /** Indices of the two columns. */
  text: number
  label: number
}

interface CsvCell {
  start: number
  end: number
  value: string
  isQuoted: boolean
}

/** @param labelOf the label that a row's text is to have; undefined where it is to stay as it is */
export function labelEdits(csv: string, columns: CsvColumns, labelOf: (text: string) => string | undefined): Edit[] {
  const edits: Edit[] = []
  let isHeader = true
  for (const cells of records(csv, columns.delimiter)) {
    const [text, label] = [cells[columns.text], cells[columns.label]]
    const wanted = isHeader || !text || !label ? undefined : labelOf(text.value)
    isHeader = false
    if (wanted === undefined || wanted === label.value) continue
    edits.push({ start: label.start, end: label.end, text: label.isQuoted || needsQuotes(wanted, columns.delimiter) ? quoted(wanted) : wanted })
  }
  return edits
}

/** The rows that have cells, as csv.ts reads them; ends before one that is malformed. */
export function* records(csv: string, delimiter: string): Generator<CsvCell[]> {
  const separator = delimiter === '\t' ? '\\t' : delimiter
  const cell = new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"${separator}\\r\\n]*))(${separator}|\\r\\n|\\n|\\r|$)`, 'y')
  let cells: CsvCell[] = []
  cell.lastIndex = csv.startsWith('\ufeff') ? 1 : 0
  while (cell.lastIndex < csv.length || cells.length > 0) {
    const start = cell.lastIndex
    const found = cell.exec(csv)
    if (!found) return
    const [whole, inQuotes, plain, end] = found
    cells.push({ start, end: start + whole.length - end.length, value: inQuotes?.replaceAll('""', '"') ?? plain, isQuoted: inQuotes !== undefined })
    if (end === delimiter) continue
    const isEmptyLine = cells.length === 1 && cells[0].start === cells[0].end
    if (!isEmptyLine) yield cells
    cells = []
  }
}

function needsQuotes(value: string, delimiter: string): boolean {
  return value === '' || value.includes(delimiter) || /["\r\n]/.test(value)
}

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`
}
