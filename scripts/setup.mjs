// Makes a checkout runnable: installs the packages when they are missing or older than package-lock.json, then builds what is
// older than its sources. `npm start` and `npm test` begin with it, so that each works in a fresh clone.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))
const say = process.argv.includes('--quiet') ? () => {} : (text) => process.stderr.write(text + '\n')
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const newest = (folder) => Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => modified(join(entry.parentPath, entry.name))))

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  say('Installing packages…')
  execFileSync('npm', ['ci', '--loglevel=error'], { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
}
if (modified('dist/finetune.js') < Math.max(...['src', 'golden', 'webview-ui'].map(newest), ...['scripts/build.mjs', 'scripts/nodeBundle.mjs', 'package-lock.json'].map(modified))) {
  say('Building…')
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] })
}
