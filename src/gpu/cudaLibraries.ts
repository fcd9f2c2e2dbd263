/** NVIDIA's libraries that another program has brought to this machine: a torch environment, or NVIDIA's own toolkit. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** Where they lie below the site-packages of a Python environment (NVIDIA's wheels for CUDA 13). */
const inPackages = ['nvidia/cu13/lib', 'nvidia/cu13/bin/x86_64', 'nvidia/cu13/bin', 'nvidia/cublas/lib', 'nvidia/curand/lib', 'nvidia/cuda_runtime/lib']
const toolkits = ['/usr/local/cuda-13/lib64', '/usr/local/cuda/lib64']

/** The path of each of these libraries that lies somewhere on this machine. `environments`: folders of Python environments to look into first. */
export function findLibraries(names: readonly string[], environments: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Map<string, string> {
  const active = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((folder) => folder !== undefined)
  const toolkit = env.CUDA_PATH === undefined ? [] : [join(env.CUDA_PATH, 'bin', 'x64'), join(env.CUDA_PATH, 'bin')]
  const folders = [...[...environments, ...active].flatMap(sitePackages).flatMap((packages) => inPackages.map((folder) => join(packages, folder))), ...toolkits, ...toolkit]
  const found = new Map<string, string>()
  for (const name of names) {
    const folder = folders.find((each) => existsSync(join(each, name)))
    if (folder !== undefined) found.set(name, realpathSync(join(folder, name)))
  }
  return found
}

/** An environment's site-packages, or the folder itself, where it is such. */
function sitePackages(environment: string): string[] {
  const lib = join(environment, 'lib')
  const versions = existsSync(lib) ? readdirSync(lib).filter((name) => /^python3\.\d+$/.test(name)).map((name) => join(lib, name, 'site-packages')) : []
  return [environment, ...versions, join(environment, 'Lib', 'site-packages')]
}
