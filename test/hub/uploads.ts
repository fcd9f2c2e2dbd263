/** Large files on their way into the local Hub: whole or in parts, taken only under their own hash. */
import { createHash } from 'node:crypto'
import type { LocalHub } from './hub.ts'
import type { Repository } from './repositories.ts'

export class Uploads {
  /** LFS objects that a repository has received, committed or not, by their hash. */
  readonly objects = new Map<Repository, Map<string, Uint8Array>>()
  /** Parts that have come, by the upload's id and the part's number. */
  readonly parts = new Map<string, Map<number, Uint8Array>>()
  /** Bytes of a part where a file is larger. The real Hub has some 16 MB and more. */
  partSize = 5_000_000
  /** Bytes of large files that were sent: what a resumed upload does not send again is not in it. */
  bytesReceived = 0

  objectsOf(repository: Repository): Map<string, Uint8Array> {
    let objects = this.objects.get(repository)
    if (objects === undefined) this.objects.set(repository, objects = new Map())
    return objects
  }
}

const uploads = new WeakMap<LocalHub, Uploads>()

export function uploadsOf(hub: LocalHub): Uploads {
  let state = uploads.get(hub)
  if (state === undefined) uploads.set(hub, state = new Uploads())
  return state
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
