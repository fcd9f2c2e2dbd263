// `npm run package [target… | all]`: makes the extension's VSIX for platforms, each with that platform's native files only; for
// this machine's where none is named.
import { listFiles, PackageManager } from '@vscode/vsce'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleExtension } from './bundleExtension.mjs'
import { nativeFiles, packageFolder, targets } from './targets.mjs'
import { thirdPartyNotices } from './thirdPartyNotices.mjs'

process.chdir(join(import.meta.dirname, '..'))

/** What goes in as it is. Pictures of the README do not: the Marketplace shows them from the repository. */
const asIs = ['CHANGELOG.md', 'LICENSE', 'embedded', 'l10n', 'media/activity.svg', 'media/icon.png', 'media/walkthrough', ...readdirSync('.').filter((name) => /^package\.nls\..*json$/.test(name))]

/** A native file of any platform, by its name. */
const isNative = /\.(node|dll|dylib|so(\.\d+)*)$/

const linuxMegabytes = 35

const wanted = process.argv.slice(2)
const unknown = wanted.find((target) => target !== 'all' && !targets.includes(target))
if (unknown) throw new Error(`no VSIX is made for ${unknown}: the targets are ${targets.join(', ')} and all`)
const bundle = 'dist/vsix/bundle'
rmSync('dist/vsix', { recursive: true, force: true })
const bundled = await bundleExtension(bundle)
for (const target of wanted.includes('all') ? targets : wanted.length > 0 ? wanted : [ownTarget()]) await pack(target)

function ownTarget() {
  const own = `${process.platform}-${process.arch}`
  return targets.includes(own) ? own : 'universal'
}

async function pack(target) {
  const staging = join('dist/vsix', target)
  const dist = join(staging, 'dist')
  cpSync(bundle, dist, { recursive: true })
  cpSync('dist/kernels.wasm', join(dist, 'kernels.wasm'))
  for (const path of asIs.filter(existsSync)) cpSync(path, join(staging, path), { recursive: true, filter: (from) => !from.endsWith('.gitattributes') })
  const natives = nativeFiles(target)
  for (const [name, files] of Object.entries(natives)) copyPackage(name, files, join(dist, 'node_modules', name))
  writeFileSync(join(staging, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(bundled, Object.keys(natives)))
  writeFileSync(join(staging, 'README.md'), readme())
  writeFileSync(join(staging, 'package.json'), manifest())
  writeFileSync(join(staging, '.vscodeignore'), '.vscodeignore\n')

  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const vsix = join('dist/packages', `${name}-${target}-${version}.vsix`)
  mkdirSync(dirname(vsix), { recursive: true })
  rmSync(vsix, { force: true })
  check(target, natives, await listFiles({ cwd: staging, packageManager: PackageManager.None }))
  makeVsix(staging, vsix, target)
  const megabytes = statSync(vsix).size / 1e6
  console.log(`${vsix}: ${megabytes.toFixed(1)} MB`)
  if (target === 'linux-x64' && megabytes > linuxMegabytes) throw new Error(`${vsix} is too large: at most ${linuxMegabytes} MB are allowed`)
}

/** A warning of vsce is an error here. */
function makeVsix(staging, vsix, target) {
  const up = '../../..'
  const platform = target === 'universal' ? [] : ['--target', target]
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(up, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', ...platform, '--out', join(up, vsix)], { cwd: staging, encoding: 'utf8' })
  if (status !== 0 || /warning/i.test(stdout + stderr)) throw new Error(`vsce package, for ${target}:\n${stdout}${stderr}`)
}

/** Only the target's native files, and all that package.json names. */
function check(target, natives, files) {
  const packed = files.map((path) => path.replaceAll('\\', '/'))
  const expected = Object.entries(natives).flatMap(([name, paths]) => paths.map((path) => `dist/node_modules/${name}/${path}`)).filter((path) => isNative.test(path))
  const found = packed.filter((path) => isNative.test(path))
  if (found.sort().join() !== expected.sort().join()) throw new Error(`${target} has the native files ${found.join(', ')}, not ${expected.join(', ')}`)
  const missing = pathsInManifest().find((path) => !packed.includes(path))
  if (missing) throw new Error(`${target} lacks ${missing}, which package.json names: add it to what goes in`)
}

function pathsInManifest() {
  const { contributes, icon, main } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = JSON.stringify({ contributes, icon, main }).match(/(?<=")(\.\/)?(dist|media)\/[^"]+/g)
  return named.map((path) => path.replace('./', ''))
}

function copyPackage(name, files, to) {
  const from = packageFolder(name)
  for (const file of files) {
    const source = join(from, file)
    const isCode = (path) => statSync(path).isDirectory() || /\.(js|json)$/.test(path)
    cpSync(source, join(to, file), { recursive: true, filter: statSync(source).isDirectory() ? isCode : undefined })
  }
}

/** package.json without what only a checkout needs. */
function manifest() {
  const whole = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const key of ['scripts', 'devDependencies', 'dependencies', 'bin', 'private']) delete whole[key]
  return JSON.stringify(whole, null, 2) + '\n'
}

/** Without pictures and links to files that are not packed: vsce takes no SVG there, and relative ones only of known hosts. */
function readme() {
  return readFileSync('README.md', 'utf8').replace(/^!\[.*\n\n/gm, '').replace(/\[([^\]]+)\]\((?!https:)[^)]+\)/g, '$1')
}
