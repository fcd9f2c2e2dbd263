/**
 * Keeps the computer from falling asleep for want of a person while a run trains, where the system lets a program ask for that. It is let
 * go with this process, however that ends. What stands in the way is said once: then the computer may fall asleep.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import type { RunEvent } from '../protocol/events.ts'

const why = 'Finetune is training a classifier'

/**
 * The system's own program, which holds sleep off until its input ends: systemd-inhibit(1) and caffeinate(8) while the program behind them
 * runs, SetThreadExecutionState (ES_CONTINUOUS, ES_SYSTEM_REQUIRED) while its thread lives.
 */
const programs: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  linux: ['systemd-inhibit', '--what=idle', '--who=Finetune', `--why=${why}`, '--mode=block', 'cat'],
  darwin: ['caffeinate', '-i', 'cat'],
  win32: ['powershell', '-NoProfile', '-NonInteractive', '-Command', [
    '$k = Add-Type -PassThru -Namespace W -Name K -MemberDefinition \'[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint s);\'',
    'if ($k::SetThreadExecutionState([uint32]2147483649) -eq 0) { exit 1 }',
    '[Console]::In.ReadToEnd()',
  ].join('; ')],
}

export class StayAwake {
  readonly #say: (line: string) => void
  #child: ChildProcess | undefined
  #hasFailed = false

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  /** While a run does steps, and neither waits nor is paused. */
  follow(event: RunEvent): void {
    if (event.type === 'progress') this.#hold()
    else if (event.type === 'paused' || event.type === 'end' || (event.type === 'queued' && event.ahead > 0)) this.release()
  }

  release(): void {
    const child = this.#child
    this.#child = undefined
    child?.stdin?.end()
  }

  #hold(): void {
    if (this.#child !== undefined || this.#hasFailed) return
    const [program, ...words] = programs[process.platform] ?? []
    if (program === undefined) return this.#fail(`no way is known on ${process.platform}`)
    const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'pipe'], env: childEnvironment(), windowsHide: true })
    this.#child = child
    let said = ''
    child.stderr.on('data', (bytes) => { said = `${said}${bytes}`.slice(-1000) })
    child.stdin.on('error', () => {}) // it has ended: told below
    child.on('error', (error) => this.#fail(error.message))
    child.on('close', (code, signal) => { if (this.#child === child) this.#fail(`${program}: ${said.trim() || `ended with ${signal ?? code}`}`) })
    // It must not keep this process alive.
    child.unref()
    for (const stream of [child.stdin, child.stderr]) (stream as unknown as { unref(): void }).unref()
  }

  #fail(reason: string): void {
    this.#child = undefined
    if (!this.#hasFailed) this.#say(`the computer may fall asleep during training: ${reason}`)
    this.#hasFailed = true
  }
}
