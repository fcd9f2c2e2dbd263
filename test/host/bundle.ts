/** Before the host tests: bundles them into the driver, the extension that carries them into a host. */
import { cpSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

/** Folder of the driver as it is loaded. */
export const driver = 'dist/host-tests'

export async function setup(): Promise<void> {
  rmSync(driver, { recursive: true, force: true })
  cpSync('test/host/driver', driver, { recursive: true })
  await build({
    entryPoints: ['test/host/suites/trusted.ts', 'test/host/suites/untrusted.ts', 'test/host/suites/providerTaken.ts'],
    outdir: driver, outExtension: { '.js': '.cjs' },
    bundle: true, platform: 'node', target: 'node20', format: 'cjs', sourcemap: 'inline', external: ['vscode', 'mocha'], logLevel: 'warning',
  })
}
