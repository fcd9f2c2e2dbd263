// `npm run package [target]`: makes the extension's VSIX for one platform, with that platform's native files only.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleExtension, nativePackages } from './bundleExtension.mjs'

process.chdir(join(import.meta.dirname, '..'))
const target = process.argv[2] ?? 'linux-x64'
const natives = {
  'linux-x64': { ort: 'linux/x64', koffi: 'linux-x64', koffiFile: 'linux_x64/koffi.node' },
}[target]
if (!natives) throw new Error(`no VSIX is made for ${target} yet: linux-x64 is`)

const staging = 'dist/vsix'
const dist = join(staging, 'dist')
rmSync(staging, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })

await bundleExtension(dist)
cpSync('dist/kernels.wasm', join(dist, 'kernels.wasm'))
for (const name of ['CHANGELOG.md', 'LICENSE', 'media/icon.png', 'media/activity.svg', 'embedded', 'l10n', 'package.nls.json']) cpSync(name, join(staging, name), { recursive: true })
// vsce takes no SVG in a README, and no relative picture without the repository's address.
writeFileSync(join(staging, 'README.md'), readFileSync('README.md', 'utf8').replace(/^!\[.*\n\n/gm, ''))
writeManifest()
copyNativePackages()
writeFileSync(join(staging, '.vscodeignore'), '.vscodeignore\n')

mkdirSync('dist/packages', { recursive: true })
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
const vsix = join('dist/packages', `${name}-${target}-${version}.vsix`)
rmSync(vsix, { force: true })
const vsce = join('node_modules/@vscode/vsce/vsce')
execFileSync(process.execPath, [join('../..', vsce), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--target', target, '--out', join('../..', vsix)], { cwd: staging, stdio: ['ignore', 'ignore', 'inherit'] })
console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(1)} MB`)

/** package.json without what only a checkout needs. */
function writeManifest() {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const key of ['scripts', 'devDependencies', 'dependencies', 'bin', 'private']) delete manifest[key]
  writeFileSync(join(staging, 'package.json'), JSON.stringify(manifest, null, 2) + '\n')
}

/**
 * The packages with native files lie in dist/node_modules, where Node finds them for what lies in dist/; vsce leaves out a
 * node_modules at the top.
 */
function copyNativePackages() {
  const isNeeded = {
    'onnxruntime-node': (path) => /^(package\.json|LICENSE|dist(\/.*\.js)?)$/.test(path) || leadsTo(path, `bin/napi-v6/${natives.ort}`),
    'onnxruntime-common': (path) => /^(package\.json|LICENSE|dist(\/(cjs|esm)(\/.*\.(js|json))?)?)$/.test(path),
    koffi: (path) => /^(package\.json|LICENSE\.txt|index\.c?js|indirect\.c?js|src|src\/koffi(\/src)?|src\/koffi\/.*\.c?js)$/.test(path),
    [`@koromix/koffi-${natives.koffi}`]: (path) => /^(package\.json|index\.js)$/.test(path) || leadsTo(path, natives.koffiFile),
  }
  for (const name of [...nativePackages, `@koromix/koffi-${natives.koffi}`]) {
    const from = join('node_modules', name)
    if (!existsSync(from)) throw new Error(`${name} is not installed`)
    const to = join(dist, 'node_modules', name)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to, { recursive: true, filter: (path) => path === from || isNeeded[name](path.slice(from.length + 1).replaceAll('\\', '/')) })
  }
}

/** Whether a path is `wanted`, above it or under it. */
function leadsTo(path, wanted) {
  return path === wanted || wanted.startsWith(`${path}/`) || path.startsWith(`${wanted}/`)
}
