// The platforms a VSIX is made for, as vsce names them, and the native files that each takes from npm packages.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

/**
 * Left out of ONNX Runtime's files: on macOS the second copy of the library; on Windows DirectML and the shader compiler, which
 * the library loads when a session asks for DirectML, which none of ours does, or WebGPU: there `--device webgpu` trains on the CPU, and says so.
 */
const library = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' }

/** `universal` has no native files: for Intel Macs, Alpine and all that ONNX Runtime is not made for. */
export const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64', 'universal']

/**
 * package → its files, by paths inside it; of a folder, the JavaScript. They lie in dist/node_modules, where Node finds them for
 * what lies in dist/.
 * @param {string} target
 * @returns {Record<string, string[]>}
 */
export function nativeFiles(target) {
  if (target === 'universal') return {}
  const [os, cpu] = target.split('-')
  return {
    'onnxruntime-node': [
      'package.json', ...['index', 'backend', 'binding', 'version'].map((name) => `dist/${name}.js`),
      ...[library[os], 'onnxruntime_binding.node'].map((name) => `bin/napi-v6/${os}/${cpu}/${name}`),
    ],
    // For ONNX Runtime's own files; ours have it bundled.
    'onnxruntime-common': ['package.json', 'dist/cjs'],
    koffi: ['package.json', 'LICENSE.txt', 'index.js', 'src/koffi/index.js', 'src/koffi/src/static.js'],
    [`@koromix/koffi-${target}`]: ['package.json', 'index.js', `${os}_${cpu}/koffi.node`],
  }
}

/**
 * Where a package lies: in node_modules, or, one that npm installs on other platforms only, in dist/foreign, downloaded as
 * package-lock.json pins it (npm compares its hash).
 */
export function packageFolder(name) {
  const installed = join(root, 'node_modules', name)
  if (existsSync(installed)) return installed
  const place = join(root, 'dist/foreign', name.replace('/', '+'))
  const downloaded = join(place, 'node_modules', name)
  const { version, integrity } = lock[`node_modules/${name}`]
  if (existsSync(downloaded) && JSON.parse(readFileSync(join(downloaded, 'package.json'), 'utf8')).version === version) return downloaded
  const wanted = { name: 'foreign', version: '0.0.0', dependencies: { [name]: version } }
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify(wanted))
  writeFileSync(join(place, 'package-lock.json'), JSON.stringify({ name: 'foreign', version: '0.0.0', lockfileVersion: 3, packages: { '': wanted, [`node_modules/${name}`]: { version, integrity } } }))
  execFileSync('npm', ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: place, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  return downloaded
}
