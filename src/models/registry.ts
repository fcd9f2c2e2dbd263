import { UserError } from '../protocol/errors.ts'
import type { Architecture } from './architecture.ts'
import { albert } from './albert.ts'
import { bert } from './bert.ts'
import { debertaV2 } from './debertaV2.ts'
import { distilbert } from './distilbert.ts'
import { electra } from './electra.ts'
import { modernbert } from './modernbert.ts'
import { mpnet } from './mpnet.ts'
import { roberta } from './roberta.ts'
import { xlmRoberta } from './xlmRoberta.ts'

/** Another family is one more file, and one more name here. */
const families: readonly Architecture[] = [distilbert, bert, roberta, xlmRoberta, electra, mpnet, albert, debertaV2, modernbert] as Architecture<unknown>[]

/** Throws UserError with the list of families where `modelType` is none of them. */
export function architectureOf(modelType: string): Architecture {
  const family = families.find((candidate) => candidate.modelType === modelType)
  if (!family) throw new UserError('model.unsupported', { modelType, supported: families.map((candidate) => candidate.modelType).join(', ') })
  return family
}
