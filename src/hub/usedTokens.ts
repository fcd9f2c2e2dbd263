/** Refresh tokens that a window has used up, by their hashes: a window whose secrets are an older copy must not use one again, which the Hub may take for theft. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Copies of secrets are not older than so many exchanges. */
const mostKept = 20

export class UsedTokens {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async has(token: string): Promise<boolean> {
    return (await this.#read()).includes(hashOf(token))
  }

  async add(token: string): Promise<void> {
    const hashes = [...await this.#read(), hashOf(token)].slice(-mostKept)
    await mkdir(dirname(this.#path), { recursive: true })
    await writeFile(this.#path, hashes.join('\n'))
  }

  #read(): Promise<string[]> {
    return readFile(this.#path, 'utf8').then((text) => text.split('\n'), () => [])
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
