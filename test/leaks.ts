/** Where secrets, homes and names got to: files, arguments and environments of processes, what was said, sent and published. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalHub, Seen } from './hub/hub.ts'

/** Looks at the processes of one person from now on. On Linux any program of the same person can read what they were handed. */
export class Leaks {
  readonly #hub: LocalHub
  readonly #handed = new Map<string, { environment: string, words: string }>()
  readonly #said = new Map<string, string[]>()
  readonly #watch: NodeJS.Timeout

  /**
   * @param mark in the environment of that person's processes, and of no other
   * @param program in the command line of those that are looked at; all are where it is not given
   */
  constructor(hub: LocalHub, mark: string, program = '') {
    this.#hub = hub
    this.#watch = setInterval(() => this.#look(mark, program), 100)
  }

  stop(): void {
    clearInterval(this.#watch)
  }

  /** Notes what was shown, printed or passed on. @param where it was */
  say(where: string, text: string): void {
    this.#said.set(where, [...this.#said.get(where) ?? [], text])
  }

  /** How many of the processes have this in their command line, so that a test can tell that it looked at ours. */
  processesOf(program: string): number {
    return [...this.#handed.values()].filter(({ words }) => words.includes(program)).length
  }

  /** Places that hold a secret which the Hub gave out or was told. @param except files that are there to hold one */
  ofSecrets(folders: readonly string[], except: readonly string[] = []): string[] {
    const secrets = [...this.#hub.secrets]
    return [
      ...filesIn(folders).filter((path) => !except.includes(path) && holds(ifThere(() => readFileSync(path)) ?? '', secrets)),
      ...[...this.#handed].filter(([, { environment, words }]) => holds(environment + words, secrets)).map(([pid]) => `process ${pid}`),
      ...this.#saidWith(secrets), ...this.#sentWith(secrets), ...this.#published(secrets),
    ]
  }

  /** Places outside this person's own files and processes that hold their home or their name. */
  ofPerson(names: readonly string[]): string[] {
    return [...this.#saidWith(names), ...this.#sentWith(names), ...this.#published(names)]
  }

  #saidWith(words: readonly string[]): string[] {
    return [...this.#said].filter(([, texts]) => texts.some((text) => holds(text, words))).map(([where]) => where)
  }

  /** A link is signed in its address, a token stands in the header that is for it. */
  #sentWith(words: readonly string[]): string[] {
    const { seen } = this.#hub
    const sent = ({ path, headers, text = '' }: Seen) => [path.replace(/Signature=[0-9a-f]+/, ''), headers, text, ...embedded(text)]
    return seen.filter((each) => sent(each).some((part) => holds(part, words))).map(({ method, path }) => `${method} ${path}`)
  }

  #published(words: readonly string[]): string[] {
    const files = this.#hub.repositories.flatMap(({ id, refs }) => [...refs.values()].flatMap((commit) => [...commit.files.values()].map((file) => ({ id, ...file }))))
    return files.filter(({ content }) => content instanceof Uint8Array && holds(content, words)).map(({ id, path }) => `${id}: ${path}`)
  }

  #look(mark: string, program: string): void {
    for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        if (environment.includes(mark) && words.includes(program)) this.#handed.set(pid, { environment, words })
      } catch {
        // It has ended, or is another person's.
      }
    }
  }
}

/** Files within JSON: the sample of one that is to come, the content of a small one. */
function embedded(text: string): Buffer[] {
  return [...text.matchAll(/"(?:sample|content)":"([A-Za-z0-9+/]+=*)"/g)].map(([, content]) => Buffer.from(content, 'base64'))
}

function holds(content: string | Uint8Array, words: readonly string[]): boolean {
  const bytes = typeof content === 'string' ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  return words.some((word) => bytes.includes(word))
}

/** Files and folders that go meanwhile are none: a window may be open yet. */
function filesIn(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => (ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn([path]) : entry.isFile() ? [path] : []
  }))
}

function ifThere<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
