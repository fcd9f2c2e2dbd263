/** Downloads a model: `endpoint cache name`. Says when it begins. */
import { openRepository } from '../../../src/hub/hubRepository.ts'
import { parseHubName } from '../../../src/protocol/hubName.ts'

const [endpoint, cache, id] = process.argv.slice(2)
const repository = await openRepository({ environment: { endpoint, cache, isOffline: false, copiesFiles: false }, connection: { endpoint } }, parseHubName('model', id)!)
process.send!('begins')
await repository.download(repository.paths)
process.disconnect()
