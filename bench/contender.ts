import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Reply = Record<string, unknown>

/** A stopped process would outlive the bench. */
const running = new Set<Contender>()
process.once('exit', () => running.forEach((contender) => contender.close()))

/**
 * A process that obeys JSON lines on its stdin, one reply line a command, and that is stopped (SIGSTOP) while no command of its
 * own is under way: whatever its threads do between commands, they take nothing from the others on the same processors.
 */
export class Contender {
  readonly name: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  #said = ''

  constructor(name: string, cpus: string, command: readonly string[]) {
    this.name = name
    running.add(this)
    this.#child = spawn('taskset', ['--cpu-list', cpus, ...command], { stdio: 'pipe', env: { ...process.env, ...quiet } })
    this.#child.stderr!.on('data', (chunk) => (this.#said = (this.#said + chunk).slice(-4000)))
    this.#child.stdin!.on('error', () => {}) // the reply that never comes tells more
    this.#lines = createInterface(this.#child.stdout!)[Symbol.asyncIterator]()
    this.#child.kill('SIGSTOP') // or its start would take from whoever is asked first
  }

  /** The reply to one command. Fails with what the process said on stderr when it ended instead. */
  async ask(command: Reply): Promise<Reply> {
    this.#child.kill('SIGCONT')
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`)
    const { done, value } = await this.#lines.next()
    if (done) throw new Error(`${this.name} ended before it replied to ${JSON.stringify(command)}:\n${this.#said}`)
    this.#child.kill('SIGSTOP')
    return JSON.parse(value)
  }

  /** A command that has no reply. */
  tell(command: Reply): void {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`)
  }

  close(): void {
    running.delete(this)
    this.#child.kill('SIGKILL')
  }
}

/** Both sides work off line, and leave nothing beside their sources. */
export const quiet = { HF_HUB_OFFLINE: '1', TOKENIZERS_PARALLELISM: 'false', PYTHONDONTWRITEBYTECODE: '1' }
