/** Lists of repositories, by words in their names. */
import { maySee, typeOf } from '../access.ts'
import { sendJson, type Route } from '../route.ts'
import { information } from './information.ts'

export const searchRoutes: Route[] = [{
  /**
   * Source: huggingface_hub hf_api.py `list_models` and `list_datasets`; @huggingface/hub list-models.ts and list-datasets.ts: `search`,
   * `author`, `filter` (a tag), `sort` with the greatest first, `limit`, `expand`; pages by `Link`. Private ones are their owner's.
   */
  method: 'GET',
  path: /^\/api\/(models|datasets)$/,
  async handle(call) {
    const { hub, parts: [plural], response, url } = call
    const { searchParams: query } = url
    const words = (query.get('search') ?? '').toLowerCase().split(/\s+/)
    const mine = hub.repositories.filter((each) => each.type === typeOf(plural) && maySee(call, each))
    const named = mine.filter(({ id }) => words.every((word) => id.toLowerCase().includes(word)) && (query.get('author') ?? id.split('/')[0]) === id.split('/')[0])
    const all = await Promise.all(named.filter(({ refs }) => refs.has('main')).map((each) => information(each, each.refs.get('main')!, false)))
    const tags = query.getAll('filter')
    const fit = all.filter((each) => tags.every((tag) => (each.tags as string[]).includes(tag)))
    const sort = query.get('sort')
    if (sort !== null) fit.sort((a, b) => Number(b[sort]) - Number(a[sort]))
    const expand = query.getAll('expand')
    const shown = fit.slice(0, Number(query.get('limit') ?? hub.pageSize))
    sendJson(response, shown.map((each) => expand.length === 0 ? { ...each, siblings: undefined, cardData: undefined } : Object.fromEntries(Object.entries(each).filter(([name]) => ['_id', 'id', ...expand].includes(name)))))
  },
}]
