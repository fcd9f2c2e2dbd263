// `npm run l10n`: writes l10n/bundle.l10n.json, every English text of the extension that a translator translates. The manifest's
// texts are package.nls.json, written by hand.
import { getL10nJson } from '@vscode/l10n-dev'
import { build } from 'esbuild'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(import.meta.dirname, '..')
const bundleFile = join(root, 'l10n/bundle.l10n.json')

/** The bundle's text: the literals of every `l10n.t(…)` call, and what is looked up by name or code (src/protocol/translate.ts). */
export async function l10nBundle() {
  const called = await getL10nJson(sources().map((path) => ({ extension: '.ts', contents: readFileSync(join(root, path), 'utf8') })))
  const all = { ...called, ...Object.fromEntries((await lookedUpTexts()).map((text) => [text, text])) }
  const sorted = Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1)
  return JSON.stringify(Object.fromEntries(sorted), null, 2) + '\n'
}

function sources() {
  const inFolder = (folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)).filter((path) => path.endsWith('.ts'))
  return ['src/extension.ts', ...inFolder('src/editor'), ...inFolder('webview-ui')]
}

async function lookedUpTexts() {
  const { outputFiles: [{ text }] } = await build({ absWorkingDir: root, entryPoints: ['src/protocol/translate.ts'], bundle: true, platform: 'node', format: 'esm', write: false })
  const { lookedUpTexts } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return lookedUpTexts()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundleFile, await l10nBundle())
