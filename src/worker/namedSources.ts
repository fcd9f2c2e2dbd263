/** Where the model and data of settings lie, those of the Hub as far as they are in the cache. */
import { machineHub } from '../hub/machineHub.ts'
import { openRepository } from '../hub/hubRepository.ts'
import { findSources } from '../hub/sources.ts'
import type { Notice } from '../protocol/notices.ts'
import { quick } from '../protocol/presets.ts'
import type { Settings } from '../protocol/settings.ts'
import { hubModel } from '../runs/sourceNames.ts'

export interface Located<Place> {
  place: Place
  /** Bytes that are yet to be downloaded. */
  missing: number
  /** What its name stands for, where that is to be known. */
  notices: Notice[]
}

/** What tells a model's size and how it reads texts: less than its weights by far. */
const small = ['config.json', 'tokenizer.json', 'tokenizer_config.json']

/** @throws UserError where a name leads nowhere, or the Hub cannot be asked and the cache does not know it */
export async function locateData(settings: Settings, token: string | null): Promise<Located<string[]>> {
  const { dataset, missingBytes, notices } = await findSources({ ...settings, model_name_or_path: quick.model_name_or_path }, () => hubOf(token))
  return { place: dataset, missing: missingBytes, notices }
}

/** Its small files are downloaded where they are missing. @throws UserError as locateData does */
export async function locateModel(settings: Settings, token: string | null): Promise<Located<string>> {
  const { model_name_or_path, missingBytes, notices } = await findSources({ ...settings, dataset: [...quick.dataset as string[]] }, () => hubOf(token))
  const name = hubModel(settings)
  if (missingBytes > 0 && name !== undefined) {
    const repository = await openRepository(await hubOf(token), name)
    await repository.download(small.filter((path) => repository.paths.includes(path)))
  }
  return { place: model_name_or_path, missing: missingBytes, notices }
}

function hubOf(token: string | null): ReturnType<typeof machineHub> {
  return machineHub({ token: token ?? undefined })
}
