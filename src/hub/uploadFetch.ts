/** A fetch for uploads: tells how much of a file has been sent, and sends again where Hub or storage failed for a moment. */
import { setTimeout } from 'node:timers/promises'

/** What @huggingface/hub hands to fetch beside the standard's options. */
interface WithProgressHint {
  progressHint?: { progressCallback(progress: number): void, part?: number, numParts?: number }
}

const attempts = 5
const firstWait = 500
/** What S3 and the Hub answer for a moment: huggingface_hub, utils/_http.py, http_backoff. */
const passing = [408, 429, 500, 502, 503, 504]

/**
 * Sends again what has the same effect however often it comes: bytes to the storage, questions where they go, and a commit too, as it names
 * its parent. (One that had arrived is refused the second time: see `commitFiles`.)
 */
export function uploadFetch(fetch: typeof globalThis.fetch, signal: AbortSignal): typeof globalThis.fetch {
  return async (input, init) => {
    const { progressHint, ...options } = (init ?? {}) as RequestInit & WithProgressHint
    const { body } = options
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(input, { ...options, body: body instanceof Blob ? counted(body, progressHint) : body }).catch((error) => {
        if (attempt === attempts || signal.aborted) throw error
        return undefined
      })
      if (response !== undefined && (attempt === attempts || !passing.includes(response.status))) return response
      await response?.body?.cancel()
      await setTimeout(firstWait * 2 ** (attempt - 1), undefined, { signal })
    }
  }
}

const progressOfParts = new WeakMap<object, number[]>()

/** The same bytes, counted as they are read. A part counts as its share of the file. */
function counted(content: Blob, hint: WithProgressHint['progressHint']): Blob {
  if (hint === undefined) return content
  const { progressCallback, part = 0, numParts = 1 } = hint
  const parts = progressOfParts.get(progressCallback) ?? new Array<number>(numParts).fill(0)
  progressOfParts.set(progressCallback, parts)
  return Object.assign(Object.create(content) as Blob, {
    stream() {
      let sent = 0
      return content.stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          sent += chunk.length
          parts[part] = sent / content.size
          progressCallback(parts.reduce((sum, share) => sum + share, 0) / numParts)
          controller.enqueue(chunk)
        },
      }))
    },
  })
}
