import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { quiet, type Reply } from './contender.ts'
import { watchMemory } from './memory.ts'

export interface CommandResult {
  /** Seconds from the start of the process to its end. */
  seconds: number
  /** What it printed on stdout as JSON lines, each with the seconds since the start at which it came. */
  lines: { at: number; line: Reply }[]
  peakBytes: number
}

/** Runs a whole command on some processors, as a person would start it. Fails with what it said when its exit code is not 0. */
export async function runCommand(cpus: string, command: readonly string[]): Promise<CommandResult> {
  const start = performance.now()
  const since = () => (performance.now() - start) / 1000
  const child = spawn('taskset', ['--cpu-list', cpus, ...command], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...quiet } })
  const memory = watchMemory(child.pid!)
  const lines: CommandResult['lines'] = []
  let said = ''
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)))
  createInterface(child.stdout).on('line', (line) => lines.push({ at: since(), line: JSON.parse(line) }))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const seconds = since()
  const peakBytes = memory.stop()
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${said}`)
  return { seconds, lines, peakBytes }
}
