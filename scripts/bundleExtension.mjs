// Bundles what the extension runs: its host, its pages, the worker of a window, the trainer. Only packages with native files stay
// outside, as `nativePackages`.
import { build } from 'esbuild'
import { join, resolve } from 'node:path'

export const nativePackages = ['koffi', 'onnxruntime-node']

const root = join(import.meta.dirname, '..')
const stub = (name) => join(root, 'scripts/stubs', `${name}.mjs`)

/**
 * Writes the host (extension.cjs), the pages (panel.js, panel.css) and a program for each child process into a folder. Returns the
 * files of ours and of packages that went in, relative to the checkout.
 */
export async function bundleExtension(outdir, { minify = true } = {}) {
  const common = { absWorkingDir: root, bundle: true, metafile: true, minify, keepNames: true, logLevel: 'warning', legalComments: 'none' }
  const node = { ...common, outdir: resolve(outdir), platform: 'node', target: 'node20' }
  const host = await build({
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    alias: { koffi: stub('koffi') },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  })
  const programs = await build({
    ...node,
    entryPoints: {
      lookAhead: 'src/worker/lookAheadMain.ts',
      cudaProbe: 'src/runtime/cudaProbeProcess.ts',
      gpu: 'src/cli/gpuProgram.ts',
      gpuCheck: 'src/trainer/gpuCheckProcess.ts',
      tokenWorker: 'src/data/tokenWorker.ts',
      trainer: 'src/trainer/process.ts',
      worker: 'src/worker/main.ts',
    },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[hash]',
    external: nativePackages,
    alias: {
      '@huggingface/transformers': join(root, 'node_modules/@huggingface/transformers/src/transformers.js'),
      'onnxruntime-web/webgpu': stub('onnxruntime-web'),
      '@huggingface/xetchunk-wasm': stub('xetchunk-wasm'),
      sharp: stub('sharp'),
    },
    banner: { js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);' },
  })
  const pages = await build({
    ...common,
    outdir: resolve(outdir),
    entryPoints: ['webview-ui/panel.ts', 'webview-ui/panel.css'],
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
  })
  const outputs = [host, programs, pages].flatMap(({ metafile }) => Object.values(metafile.outputs))
  return [...new Set(outputs.flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0)))]
}
