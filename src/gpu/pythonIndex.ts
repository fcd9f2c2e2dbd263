/** The package index that Python's programs use on this machine, as they say it themselves: settings, variables and their default. */
import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { promisify } from 'node:util'
import { childEnvironment } from '../protocol/childEnvironment.ts'

/** What pip would download from, by its own options. */
const askPip = "from pip._internal.commands import create_command; print(create_command('download').parser.get_default_values().index_url)"
/** Python in isolated mode: a folder called pip in the working directory is not pip. */
const pythons: readonly string[][] = [['python3', '-I', '-c', askPip], ['python', '-I', '-c', askPip], ...process.platform === 'win32' ? [['py', '-3', '-I', '-c', askPip]] : []]
/** uv says it with what it would install, here nothing. */
const uv = ['uv', 'pip', 'compile', '--no-header', '--emit-index-url', '--offline', '--no-python-downloads', '--quiet', '-']
const milliseconds = 60_000

/** An address; undefined where neither pip nor uv is there. */
export async function pythonIndex(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const named = env.PIP_INDEX_URL || env.UV_DEFAULT_INDEX || env.UV_INDEX_URL
  if (named) return named
  for (const command of [...pythons, uv]) {
    const found = /^(?:--index-url )?(https?:\S+)$/m.exec(await answer(command, env))
    if (found) return found[1]
  }
  return undefined
}

/** What a program prints; nothing where there is none, or it fails. */
async function answer([program, ...words]: string[], env: NodeJS.ProcessEnv): Promise<string> {
  // Not in the working directory, whose programs and settings are those of a project, perhaps a stranger's.
  const running = promisify(execFile)(program, words, { cwd: homedir(), env: childEnvironment(env), timeout: milliseconds, windowsHide: true })
  running.child.stdin?.end()
  return running.then(({ stdout }) => stdout, () => '')
}
