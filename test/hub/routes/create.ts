/** New repositories, and the check of their cards. */
import { checkCard } from '../cards.ts'
import { addCommit, newRepository, storedFile } from '../repositories.ts'
import { Refusal, sendJson, textOf, type Route } from '../route.ts'
import { noteCreation } from '../access.ts'
import { requireCreator, writableRepository } from '../writing.ts'

export const createRoutes: Route[] = [
  {
    /** Source: huggingface_hub hf_api.py `create_repo` (payload, 409 for one that exists, `url` of the answer); @huggingface/hub create-repo.ts (`id`). */
    method: 'POST',
    path: /^\/api\/repos\/create$/,
    async handle(call) {
      const { name, organization, type = 'model', visibility, private: isPrivate } = JSON.parse(await textOf(call)) as Record<string, string | boolean | undefined>
      const namespace = String(organization ?? call.account?.name)
      requireCreator(call, namespace)
      const id = `${namespace}/${String(name)}`
      if (!isName(id)) throw new Refusal(400, `Invalid name: ${id}`)
      const url = `${call.hub.endpoint}/${type === 'dataset' ? 'datasets/' : ''}${id}`
      if (call.hub.repositories.some((each) => each.id.toLowerCase() === id.toLowerCase() && each.type === type)) {
        return sendJson(call.response, { error: `You already created this ${String(type)} repo`, url }, { status: 409 })
      }
      const repository = newRepository(type === 'dataset' ? 'dataset' : 'model', id, { private: visibility === 'private' || isPrivate === true })
      addCommit(repository, [await storedFile('.gitattributes', '*.safetensors filter=lfs diff=lfs merge=lfs -text\n')], { title: 'initial commit' })
      call.hub.repositories.push(repository)
      noteCreation(call, repository)
      sendJson(call.response, { url, name: id, id })
    },
  },
  {
    /** Source: huggingface_hub hf_api.py `delete_repo`; @huggingface/hub delete-repo.ts. */
    method: 'DELETE',
    path: /^\/api\/repos\/delete$/,
    async handle(call) {
      const { name, organization, type = 'model' } = JSON.parse(await textOf(call)) as Record<string, string | undefined>
      const repository = writableRepository(call, `${type}s`, `${organization ?? call.account?.name}/${name}`)
      if (repository === undefined) return
      call.hub.repositories.splice(call.hub.repositories.indexOf(repository), 1)
      sendJson(call.response, {})
    },
  },
  {
    /** Source: huggingface_hub hf_api.py `_validate_yaml` and repocard.py `RepoCard.validate`. */
    method: 'POST',
    path: /^\/api\/validate-yaml$/,
    async handle(call) {
      const { content } = JSON.parse(await textOf(call)) as { content: string }
      const findings = checkCard(content)
      sendJson(call.response, findings, { status: findings.errors.length > 0 ? 400 : 200 })
    },
  },
]

/** Source: huggingface_hub utils/_validators.py `validate_repo_id`. */
function isName(id: string): boolean {
  return /^(\b[\w\-.]+\b\/)?\b[\w\-.]{1,96}\b$/.test(id) && !/--|\.\.|\.git$/.test(id)
}
