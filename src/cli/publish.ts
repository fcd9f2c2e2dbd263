/** `finetune publish`, and the end of `finetune train --push_to_hub`. */
import { resolve } from 'node:path'
import { booleanOf } from '../protocol/settingName.ts'
import { UserError, printable } from '../protocol/errors.ts'
import type { Settings } from '../protocol/settings.ts'
import { quoted } from '../protocol/trainCommand.ts'
import { machineToken, type Credential } from '../hub/credentials.ts'
import { hubEndpoint } from '../hub/endpoint.ts'
import { repositoryState, type RepositoryState } from '../hub/modelRepository.ts'
import { recordPending, wantedRepository } from '../publish/pending.ts'
import { preparePublication, suggestedName, type Publication } from '../publish/publication.ts'
import { publish as publishRun, requireFree, requireRepository, type PublishOptions } from '../publish/publish.ts'
import type { Source } from '../publish/sources.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import { nearPath } from './preflightText.ts'
import { asTyped } from './programName.ts'
import type { Output } from './runPrinter.ts'
import { listenForStop } from './stopSignal.ts'
import { bytesText } from './units.ts'

export interface PublishCommand {
  repository?: string
  private?: boolean | string
  parentCommit?: string
  /** Rows of the data are shown in the card. */
  withExamples: boolean
  /** Only show what would go up. */
  dryRun: boolean
  output: Output
}

/** Publishes as the command says. What a run folder says is not asked: it may come from anywhere, and choose public. */
export async function publish(folder: string, { repository, private: isPrivate, parentCommit, withExamples, dryRun, output }: PublishCommand): Promise<void> {
  const credential = await requireAccount()
  const full = await requireRepository({ repository: repository ?? suggestedName(resolve(folder)) }, credential)
  const visible = typeof isPrivate === 'string' ? booleanOf(isPrivate) : isPrivate
  if (isPrivate !== undefined && visible === undefined) {
    throw new UserError('settings.value', { setting: 'hub_private_repo', value: String(isPrivate), allowed: 'true or false' })
  }
  const options = { repository: full, private: visible ?? true, parentCommit, withExamples }
  const publication = await preparePublication(folder, full, withExamples)
  const found = await repositoryState(full, credential)
  output.write(previewLines(publication, placeText(options, found, credential.endpoint)).map((line) => `${line}\n`).join(''))
  requireFree(full, found, options)
  if (dryRun) return
  await upload(folder, credential, options, output)
}

/**
 * Before a training that is to be published: there is an account, and the repository is free. Undefined for a run that is published already.
 * @throws UserError else, while nothing is lost
 */
export async function accountToPublish(settings: Settings): Promise<Credential | undefined> {
  const credential = await requireAccount()
  const wanted = wantedRepository(settings)
  const full = await requireRepository(wanted, credential)
  const record = await readPublishRecord(settings.output_dir)
  if (record?.state === 'published' && record.repository === full && record.endpoint === credential.endpoint) return undefined
  requireFree(full, await repositoryState(full, credential), wanted)
  return credential
}

/** After it. Where it fails, the run says so and can be published later. */
export async function publishFinished(settings: Settings, credential: Credential, output: Output): Promise<void> {
  const folder = settings.output_dir
  output.write('\n')
  try {
    await upload(folder, credential, wantedRepository(settings), output)
  } catch (error) {
    await recordPending(folder, settings, error instanceof UserError ? error.message : 'it was stopped')
    output.write(`The run is finished, but not published. To publish it:\n  ${asTyped(publishCommand(settings))}\n`)
    throw error
  }
}

function publishCommand({ output_dir, hub_model_id, hub_private_repo }: Settings): string {
  const name = hub_model_id === null ? '' : ` --hub_model_id ${quoted(hub_model_id)}`
  return `finetune publish ${quoted(nearPath(output_dir))}${name}${hub_private_repo === false ? ' --hub_private_repo false' : ''}`
}

async function upload(folder: string, credential: Credential, options: Omit<PublishOptions, 'signal' | 'onProgress'>, output: Output): Promise<void> {
  const stop = listenForStop(() => output.write('\nStopping: files that have gone up whole are not sent again.\n'))
  let last = -1
  function onProgress(share: number, path: string): void {
    const percent = Math.floor(share * 100)
    if (percent === last || (!output.isTTY && percent < last + 25 && percent < 100)) return
    last = percent
    output.write(output.isTTY ? `\r\u001b[K${percent}% ${printable(path)}` : `${percent}% sent\n`)
  }
  try {
    const { url, commit, private: isPrivate } = await publishRun(folder, credential, { ...options, signal: stop.signal, onProgress })
    output.write(`${output.isTTY ? '\r\u001b[K' : ''}Published, ${visibility(isPrivate)}: ${url} (commit ${commit.slice(0, 8)})\n`)
  } finally {
    stop.dispose()
  }
}

async function requireAccount(): Promise<Credential> {
  const endpoint = hubEndpoint()
  const token = await machineToken(endpoint)
  if (token === undefined) throw new UserError('account.no-token', { endpoint })
  return token
}

/** Where to, and who sees it there. */
function placeText(asked: Pick<PublishOptions, 'repository' | 'private'>, found: RepositoryState | undefined, endpoint: string): string {
  const { repository, private: isPrivate } = asked
  const place = `${printable(endpoint)}/${repository}`
  if (found === undefined) return `${place}, ${visibility(isPrivate)}`
  return `${place}, which is there, ${visibility(found.isPrivate)}${found.isEmpty ? ' and empty' : `, with the last commit ${found.commit.slice(0, 8)}`}`
}

function visibility(isPrivate: boolean): string {
  return isPrivate ? 'private' : 'public'
}

/** Exactly what goes up, where, and under which licences. */
function previewLines({ files, facts, examples }: Publication, place: string): string[] {
  const licensed = ({ name, license }: Source) => `${printable(name)} ${license === undefined ? 'not known' : printable(license)}`
  return [
    `To ${place}:`,
    ...files.map(({ path, bytes }) => `  ${path}  ${bytesText(bytes)}`),
    `Licences: of the base model ${licensed(facts.base)}, of the data ${licensed(facts.data)}.`,
    examples === 0 ? 'No rows of data.' : `Rows of data: ${examples}, as examples in the card.`,
  ]
}
