/** NVIDIA's libraries that another program has brought to this machine: a torch environment, or NVIDIA's own toolkit. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where they lie below the site-packages of a Python environment (NVIDIA's wheels for CUDA 13). */
const inPackages = ['nvidia/cu13/lib', 'nvidia/cu13/bin/x86_64', 'nvidia/cu13/bin', 'nvidia/cublas/lib', 'nvidia/curand/lib', 'nvidia/cuda_runtime/lib']
/** Where conda puts them in an environment. */
const inConda = ['lib', 'Library/bin']
const toolkits = ['/usr/local/cuda-13/lib64', '/usr/local/cuda/lib64']

/** The path of each of these libraries that lies in one of these environments, or in NVIDIA's toolkit. */
export function findLibraries(names: readonly string[], environments: readonly string[], env: NodeJS.ProcessEnv = process.env): Map<string, string> {
  const toolkit = env.CUDA_PATH === undefined ? [] : [join(env.CUDA_PATH, 'bin', 'x64'), join(env.CUDA_PATH, 'bin')]
  const folders = [...environments.flatMap(librariesOf), ...toolkits, ...toolkit]
  const found = new Map<string, string>()
  for (const name of names) {
    const folder = folders.find((each) => existsSync(join(each, name)))
    if (folder !== undefined) found.set(name, realpathSync(join(folder, name)))
  }
  return found
}

/** Python environments that a person is likely to mean: the active one, that of the folder one is in, the user's own, the machine's. */
export function environmentsHere(env: NodeJS.ProcessEnv = process.env, folder = process.cwd(), home = homedir()): string[] {
  const active = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((environment) => environment !== undefined)
  const own = process.platform === 'win32' ? folderNames(join(env.APPDATA ?? home, 'Python')).map((name) => join(env.APPDATA ?? home, 'Python', name)) : [join(home, '.local'), '/usr/local']
  return [...active, join(folder, '.venv'), join(folder, 'venv'), ...own]
}

/** Folders of an environment that may hold libraries; an environment may be given by its site-packages too. */
function librariesOf(environment: string): string[] {
  const lib = join(environment, 'lib')
  const versions = folderNames(lib).filter((name) => /^python3(\.\d+)?$/.test(name)).flatMap((name) => [join(lib, name, 'site-packages'), join(lib, name, 'dist-packages')])
  const packages = [environment, ...versions, join(environment, 'Lib', 'site-packages'), join(environment, 'site-packages')]
  return [...packages.flatMap((each) => inPackages.map((folder) => join(each, folder))), ...inConda.map((folder) => join(environment, folder))]
}

function folderNames(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
