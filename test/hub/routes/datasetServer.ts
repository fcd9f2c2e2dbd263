/**
 * The dataset server: rows and counts of datasets, of those that a test has put into `hub.viewer`. It has an origin of its own.
 * Source of all: huggingface/dataset-viewer docs/source (valid.md, splits.md, first_rows.md, statistics.md, size.md); the code of a
 * refusal: libs/libapi, `X-Error-Code`. A dataset that it has not, or not for the asker, is 404 DatasetNotFound.
 */
import { Refusal, sendJson, type Call, type Route } from '../route.ts'

/** Rows by subset and split; `type` of a feature as `datasets` writes it: `{ dtype, _type: 'Value' }` or `{ names, _type: 'ClassLabel' }`. */
export type Viewer = Record<string, Record<string, { features: { name: string, type: { _type: string, dtype?: string, names?: string[] } }[], rows: Record<string, string | number>[] }>>

const mostRows = 100

export const datasetServerRoutes: Route[] = [
  {
    method: 'GET',
    path: /^\/is-valid$/,
    handle(call) {
      const isThere = call.hub.viewer.has(call.url.searchParams.get('dataset') ?? '')
      sendJson(call.response, { viewer: isThere, preview: isThere, search: false, filter: false, statistics: isThere })
    },
  },
  {
    method: 'GET',
    path: /^\/splits$/,
    handle(call) {
      const { dataset, viewer } = find(call)
      sendJson(call.response, { splits: Object.entries(viewer).flatMap(([config, splits]) => Object.keys(splits).map((split) => ({ dataset, config, split }))), pending: [], failed: [] })
    },
  },
  {
    method: 'GET',
    path: /^\/first-rows$/,
    handle(call) {
      const { dataset, config, split, features, rows } = findSplit(call)
      sendJson(call.response, {
        dataset, config, split, features: features.map((feature, feature_idx) => ({ feature_idx, ...feature })),
        rows: rows.slice(0, mostRows).map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })), truncated: rows.length > mostRows,
      })
    },
  },
  {
    method: 'GET',
    path: /^\/statistics$/,
    handle(call) {
      const { features, rows } = findSplit(call)
      sendJson(call.response, { num_examples: rows.length, statistics: features.map(({ name, type }) => statistics(name, type.names, rows.map((row) => row[name]))), partial: false })
    },
  },
  {
    method: 'GET',
    path: /^\/size$/,
    handle(call) {
      const { dataset, viewer } = find(call)
      const splits = Object.entries(viewer).flatMap(([config, each]) => Object.entries(each).map(([split, { rows, features }]) => ({
        dataset, config, split, num_bytes_parquet_files: JSON.stringify(rows).length, num_bytes_memory: JSON.stringify(rows).length, num_rows: rows.length, num_columns: features.length,
      })))
      const num_rows = splits.reduce((sum, each) => sum + each.num_rows, 0)
      const num_bytes_parquet_files = splits.reduce((sum, each) => sum + each.num_bytes_parquet_files, 0)
      sendJson(call.response, { size: { dataset: { dataset, num_bytes_parquet_files, num_rows }, configs: [], splits }, pending: [], failed: [], partial: false })
    },
  },
]

function find({ hub, url }: Call) {
  const dataset = url.searchParams.get('dataset')
  if (dataset === null) throw new Refusal(422, 'Parameter \'dataset\' is required', { code: 'MissingRequiredParameter' })
  const viewer = hub.viewer.get(dataset)
  if (viewer === undefined) throw new Refusal(404, 'The dataset does not exist, or is not accessible without authentication.', { code: 'DatasetNotFoundError' })
  return { dataset, viewer }
}

function findSplit(call: Call) {
  const { dataset, viewer } = find(call)
  const [config, split] = ['config', 'split'].map((name) => call.url.searchParams.get(name) ?? '')
  const found = viewer[config]?.[split]
  if (found === undefined) throw new Refusal(404, 'The response is not found.', { code: 'ResponseNotFound' })
  return { dataset, config, split, ...found }
}

function statistics(column_name: string, names: string[] | undefined, values: (string | number)[]) {
  const counts = new Map<string, number>()
  for (const value of values) {
    const name = names?.[Number(value)] ?? String(value)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  if (names === undefined && counts.size > 10 && counts.size > 0.2 * values.length) {
    return { column_name, column_type: 'string_text', column_statistics: { nan_count: 0, nan_proportion: 0, min: Math.min(...values.map((value) => String(value).length)) } }
  }
  return {
    column_name, column_type: names === undefined ? 'string_label' : 'class_label',
    column_statistics: { nan_count: 0, nan_proportion: 0, ...names === undefined ? {} : { no_label_count: 0, no_label_proportion: 0 }, n_unique: counts.size, frequencies: Object.fromEntries(counts) },
  }
}
