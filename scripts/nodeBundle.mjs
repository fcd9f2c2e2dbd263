// Bundles programs of a checkout: packages stay in node_modules.
import { build } from 'esbuild'

/** @param {Record<string, string>} entryPoints file name without ending → source */
export async function bundleForNode(outdir, entryPoints) {
  await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    packages: 'external',
    logLevel: 'warning',
  })
}
