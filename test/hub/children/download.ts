/** Downloads a model as our processes do: `endpoint cache name silence`. Says when it begins, and the code of the mistake that it ends with. */
import { openRepository } from '../../../src/hub/hubRepository.ts'
import { useEnvironmentNetwork } from '../../../src/hub/network.ts'
import { UserError } from '../../../src/protocol/errors.ts'
import { parseHubName } from '../../../src/protocol/hubName.ts'

const [endpoint, cache, id, silence] = process.argv.slice(2)
useEnvironmentNetwork(Number(silence))
try {
  const repository = await openRepository({ environment: { endpoint, cache, isOffline: false, copiesFiles: false }, connection: { endpoint, wait: async () => {} } }, parseHubName('model', id)!)
  process.send!('begins')
  await repository.download(repository.paths)
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.send!(error.code)
  process.exitCode = 1
}
process.disconnect()
