/** `publish.json` in a run folder: that a finished run is to go to the Hub, or where it went. It never holds a secret. */
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from './durable.ts'
import { readJsonFile } from './jsonFile.ts'

export const publishRecordFile = 'publish.json'

const wanted = {
  format: z.literal(1),
  /** The Hub, such as `https://huggingface.co`. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** `name`, or `owner/name`. */
  repository: z.string().regex(/^[\w.-]+(\/[\w.-]+)?$/),
  private: z.boolean(),
}

const publishRecordSchema = z.discriminatedUnion('state', [
  z.object({ ...wanted, state: z.literal('pending'), reason: z.string() }),
  z.object({ ...wanted, state: z.literal('published'), commit: z.string().regex(/^[0-9a-f]{40}$/) }),
])
export type PublishRecord = z.infer<typeof publishRecordSchema>

/** Undefined where there is none, or none that can be believed: a run folder may come from anywhere. */
export async function readPublishRecord(folder: string): Promise<PublishRecord | undefined> {
  return readJsonFile(join(folder, publishRecordFile), publishRecordSchema).catch(() => undefined)
}

export async function writePublishRecord(folder: string, record: PublishRecord): Promise<void> {
  await replaceFile(join(folder, publishRecordFile), `${JSON.stringify(record, null, 2)}\n`)
}
