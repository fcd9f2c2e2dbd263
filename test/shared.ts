/** The folder of large references (real weights, tokenizers, runs of HF Trainer), or undefined where it is not at hand. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const folder = resolve(process.env.FINETUNE_SHARED ?? '../shared')
export const shared: string | undefined = existsSync(`${folder}/data`) ? `${folder}/data` : undefined
