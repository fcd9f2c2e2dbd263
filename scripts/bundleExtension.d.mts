export const nativePackages: string[]
export function bundleExtension(outdir: string, options?: { minify?: boolean }): Promise<string[]>
