/** The program as built, in processes of its own, as a person runs it in a terminal. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunEvent } from '../../src/protocol/events.ts'

export const program = resolve('dist/finetune.js')
export const newsSample = resolve('embedded/news-sample')

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  kill(signal: NodeJS.Signals): void
  /** Resolves once standard output matches; rejects where the process ends before. */
  until(pattern: RegExp): Promise<void>
  ended: Promise<Ended>
}

/** What befalls a process at its first call of a function of the file system, or of standard output's, whose path or text matches. */
export interface Fault {
  call: string
  path: string
  /** A signal, the code of an error to fail with, or what the call returns. */
  then: string | object
}

export interface StartOptions {
  input?: string | Buffer
  fault?: Fault
  /** More variables of its environment. */
  env?: Record<string, string>
  /** The processors that the process may use, as taskset names them. */
  cpus?: string
}

/**
 * A folder for a file of tests: the current folder of every process. Each process is of a user of its own, so that no training queues
 * behind another one, or of the one user that is named.
 */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'finetune-terminal-'))
  readonly #users = mkdtempSync(join(tmpdir(), 'finetune-terminal-users-'))
  readonly #user: string | undefined
  readonly #children = new Set<ChildProcess>()
  #processes = 0

  constructor(user?: string) {
    this.#user = user
  }

  /** Where the one user that is named keeps things. */
  get home(): string {
    return join(this.#users, this.#user ?? '')
  }

  path(...names: string[]): string {
    return join(this.folder, ...names)
  }

  write(name: string, content: string | Buffer): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true })
    writeFileSync(this.path(name), content)
    return name
  }

  /** Starts `finetune` with these arguments. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    return this.#spawn(process.execPath, [...preload(options.fault), program, ...args], options)
  }

  /** `finetune` to its end. */
  finetune(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(args, options).ended
  }

  /** A line that was copied into a shell. */
  shell(line: string): Promise<Ended> {
    return this.#spawn('sh', ['-c', line], {}).ended
  }

  /** DistilBERT of 40,000 parameters with its tokenizer and dropout switched on. `config` changes its config.json. */
  tinyModel(name: string, config: Record<string, unknown> = {}): string {
    for (const file of ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']) {
      cpSync(resolve('test/golden/distilbert', file), this.path(name, file))
    }
    const fields = JSON.parse(readFileSync(this.path(name, 'config.json'), 'utf8')) as Record<string, unknown>
    this.write(join(name, 'config.json'), JSON.stringify({ ...fields, dropout: 0.1, attention_dropout: 0.1, ...config }))
    return name
  }

  /** Ends what a failed test left running, and removes the folder. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    for (const folder of [this.folder, this.#users]) rmSync(folder, { recursive: true })
  }

  #spawn(command: string, args: string[], { input = '', cpus, fault, env: more = {} }: StartOptions): Running {
    const home = join(this.#users, this.#user ?? String(++this.#processes))
    const env = {
      ...process.env, HF_HOME: home, HF_HUB_OFFLINE: '1', HOME: home, XDG_DATA_HOME: home, LOCALAPPDATA: home, ...more,
      ...fault && { FINETUNE_FAULT: JSON.stringify(fault) },
    }
    const [file, words] = cpus === undefined ? [command, args] : ['taskset', ['--cpu-list', cpus, command, ...args]]
    const child = spawn(file, words, { cwd: this.folder, env })
    this.#children.add(child.on('close', () => this.#children.delete(child)))
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) child[stream].setEncoding('utf8').on('data', (text: string) => { said[stream] += text })
    child.stdin.on('error', () => {}).end(input)
    const ended = new Promise<Ended>((done, fail) => {
      child.on('error', fail).on('close', (code, signal) => done({ code, signal, ...said }))
    })
    const until = (pattern: RegExp) => new Promise<void>((done, fail) => {
      const look = () => { if (pattern.test(said.stdout)) done() }
      child.stdout.on('data', look)
      void ended.then(({ stderr }) => fail(new Error(`ended before it said ${pattern}: ${stderr}`)))
      look()
    })
    return { kill: (signal) => void child.kill(signal), until, ended }
  }
}

/** The events that `--json` printed. */
export function eventsIn({ stdout }: Pick<Ended, 'stdout'>): RunEvent[] {
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as RunEvent)
}

/** The events of one kind. */
export function eventsOf<Type extends RunEvent['type']>(ended: Pick<Ended, 'stdout'>, type: Type): Extract<RunEvent, { type: Type }>[] {
  return eventsIn(ended).filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type)
}

export function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function preload(fault: Fault | undefined): string[] {
  return fault ? ['--import', resolve('test/terminal/fault.mjs')] : []
}
