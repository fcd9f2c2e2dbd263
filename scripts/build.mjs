// Bundles the TypeScript and compiles the WASM kernels into dist/.
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bundleForNode } from './nodeBundle.mjs'

process.chdir(join(import.meta.dirname, '..'))

await bundleForNode('dist', {
  cudaProbe: 'src/runtime/cudaProbeProcess.ts',
  finetune: 'src/cli/finetune.ts',
  gpuCheck: 'src/trainer/gpuCheckProcess.ts',
  golden: 'golden/main.ts',
  tokenWorker: 'src/data/tokenWorker.ts',
  trainer: 'src/trainer/process.ts',
})

const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js')
const options = ['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--initialMemory', '1']
execFileSync(process.execPath, [asc, 'src/kernels/assembly/index.ts', '--outFile', 'dist/kernels.wasm', ...options], { stdio: 'inherit' })
