// The packed extension that the tests in a real VS Code install, and whether it is of the sources as they are now.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const pathOf = (target) => resolve(root, 'dist/packages', `${name}-${target}-${version}.vsix`)
/** Where `npm run package linux-x64` puts it. */
export const vsix = pathOf('linux-x64')
/** Where `npm run package universal` puts it. */
export const universalVsix = pathOf('universal')

const sources = ['src', 'webview-ui', 'embedded', 'media/activity.svg', 'media/icon.png', 'media/walkthrough', 'l10n', 'licenses', 'scripts/package.mjs', 'scripts/bundleExtension.mjs', 'scripts/targets.mjs', 'scripts/thirdPartyNotices.mjs', 'scripts/stubs', 'package.json', 'package.nls.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', 'LICENSE']

/** The source that is newer than a VSIX, or undefined where none is. */
export function newerSource(path = vsix) {
  if (!existsSync(path)) return path
  const made = statSync(path).mtimeMs
  return sources.flatMap((source) => filesOf(join(root, source))).find((source) => statSync(source).mtimeMs > made)
}

function filesOf(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
