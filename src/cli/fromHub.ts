/** Models and data by name, for the commands that do not train: found on the Hub or in the cache, downloaded with a bar. */
import { machineHub } from '../hub/machineHub.ts'
import { findSources, type SourceSettings, type Sources } from '../hub/sources.ts'
import type { DownloadEvent } from '../protocol/events.ts'
import { printable } from '../protocol/errors.ts'
import { downloadBar, downloadLine, isDownloadLineDue } from './downloadText.ts'
import type { Output } from './runPrinter.ts'

/** The folder of a model: a folder of this machine, or `name` and `name@revision` on the Hub. @throws UserError where there is none */
export async function modelFolder(model: string, people: Output): Promise<string> {
  const nothing = { dataset: [], model_revision: 'main', dataset_revision: 'main', dataset_config_name: null, train_split_name: null, validation_split_name: null }
  return (await fetchNamed({ ...nothing, model_name_or_path: model }, people)).model_name_or_path
}

/** What settings name, on this machine. @throws UserError where a name leads nowhere, or the download fails */
export async function fetchNamed(settings: SourceSettings, people: Output): Promise<Sources> {
  const sources = await findSources(settings, () => machineHub({}))
  for (const { code, text } of sources.notices) if (code !== 'hub.local-wins') people.write(`${printable(text)}\n`)
  let last: DownloadEvent | undefined
  await sources.download((what, name, { file, fileBytes, fileSize, bytes, size }) => {
    const download: DownloadEvent = { type: 'download', time: '', what, name, file, file_bytes: fileBytes, file_size: fileSize, bytes, size }
    if (people.isTTY) people.write(`\r${downloadBar(download, people.columns ?? 80)}\u001b[K`)
    else if (isDownloadLineDue(download, last)) people.write(`${downloadLine(download)}\n`)
    last = download
  })
  if (people.isTTY && last !== undefined) people.write('\r\u001b[K')
  return sources
}
