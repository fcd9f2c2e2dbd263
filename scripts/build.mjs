// Bundles the TypeScript and compiles the WASM kernels into dist/.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

await build({
  entryPoints: { finetune: 'src/cli/finetune.ts', tokenWorker: 'src/data/tokenWorker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  packages: 'external',
  logLevel: 'warning',
})

const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js')
for (const kernel of ['adamw', 'dropout']) {
  const source = `src/optim/wasm/${kernel}.ts`
  if (existsSync(source)) {
    execFileSync(process.execPath, [asc, source, '--outFile', `dist/${kernel}.wasm`, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'], { stdio: 'inherit' })
  }
}
