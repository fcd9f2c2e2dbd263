// Bundles programs of a checkout: packages stay in node_modules.
import { build } from 'esbuild'
import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

/** @param {Record<string, string>} entryPoints file name without ending → source */
export async function bundleForNode(outdir, entryPoints) {
  const { metafile } = await build({
    metafile: true,
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
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
  // What earlier builds shared between programs has other names, and would stay for ever.
  for (const name of readdirSync(outdir)) if (name.startsWith('chunk-') && !made.has(name)) rmSync(join(outdir, name))
}
