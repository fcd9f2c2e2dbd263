/** Files that travel with the program: the embedded model and data, the compiled kernels. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of a file of the package, whether the code runs from src/ or bundled from dist/. */
export function packageFile(...path: string[]): string {
  return join(packageRoot, ...path)
}

/** Found when the program starts: the extension may be updated, its folder removed, under a trainer. */
const packageRoot = findPackageRoot()

function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}
