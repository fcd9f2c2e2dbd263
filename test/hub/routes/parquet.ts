/** The parquet files that the Hub made of a dataset, or that it consists of. */
import { findRepository } from '../access.ts'
import { Refusal, sendJson, type Route } from '../route.ts'

export const parquetRoutes: Route[] = [{
  /** Source: huggingface/dataset-viewer docs/source/parquet.md, "Using the Hugging Face Hub API": URLs by subset and split; one file by its number redirects to the converted branch. */
  method: 'GET',
  path: /^\/api\/datasets\/([\w.-]+(?:\/[\w.-]+)?)\/parquet(?:\/([^/]+))?(?:\/([^/]+))?(?:\/(\d+)\.parquet)?$/,
  handle(call) {
    const [id, config, split, number] = call.parts
    const repository = findRepository(call, 'dataset', id)
    if (repository === undefined) return
    const files = [...repository.refs.get('refs/convert/parquet')?.files.keys() ?? []].sort()
    const urls: Record<string, Record<string, string[]>> = {}
    for (const path of files) {
      const [inConfig, inSplit] = path.split('/')
      const list = ((urls[inConfig] ??= {})[inSplit] ??= [])
      list.push(`${call.hub.endpoint}/api/datasets/${id}/parquet/${inConfig}/${inSplit}/${list.length}.parquet`)
    }
    if (number !== '') {
      const path = files.filter((each) => each.startsWith(`${config}/${split}/`))[Number(number)]
      if (path === undefined) throw new Refusal(404, 'Entry not found', { code: 'EntryNotFound' })
      return void call.response.writeHead(302, { location: `${call.hub.endpoint}/datasets/${id}/resolve/refs%2Fconvert%2Fparquet/${path}`, 'content-length': 0 }).end()
    }
    const found = config === '' ? urls : split === '' ? urls[config] : urls[config]?.[split]
    if (found === undefined) throw new Refusal(404, `No parquet files of ${id}`)
    sendJson(call.response, found)
  },
}]
