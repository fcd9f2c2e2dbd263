import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, afterEach, describe, expect, test } from 'vitest'
import { installedPack, removePacks } from '../../src/gpu/cudaPack.ts'
import { environmentsHere, findLibraries } from '../../src/gpu/cudaLibraries.ts'
import { install, planInstall, type InstallOptions } from '../../src/gpu/install.ts'
import { packFiles, packName, type PackFiles, type Wheel } from '../../src/gpu/packFiles.ts'
import { UserError } from '../../src/protocol/errors.ts'
import type { CudaLibraries } from '../../src/runtime/gpu.ts'
import { servePackages, sha256, type PackageServer, type ServedFile } from './packageServer.ts'
import { zipOf } from './zip.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'finetune-gpu-')) })
afterEach(() => rmSync(folder, { recursive: true }))

const large = Buffer.alloc(300_000, 'x').map((_, i) => (i * 2654435761) >>> 24)
const archives: Record<string, Buffer> = {
  runtime: zipOf([['runtime/capi/libruntime.so', 'the runtime'], ['runtime/capi/libprovider.so', large], ['runtime/__init__.py', 'print()']]),
  cublas: zipOf([['nvidia/cu13/lib/', ''], ['nvidia/cu13/lib/libcublas.so', 'cublas'], ['nvidia/cu13/include/cublas.h', '']]),
}
const wanted = { runtime: ['libruntime.so', 'libprovider.so'], cublas: ['libcublas.so'] }

function wheel(project: keyof typeof wanted, content = archives[project]): Wheel {
  return { project, file: `${project}-1-py3-none-any.whl`, sha256: sha256(content), bytes: content.length, wanted: wanted[project] }
}

const files: PackFiles = { onnxruntime: 'libruntime.so', cuda: ['libcublas.so'], wheels: [wheel('runtime'), wheel('cublas')] }
const probe = async () => ({ name: 'NVIDIA T4', id: 0, bfloat16: false })
const served = (options: Partial<Record<keyof typeof wanted, Partial<ServedFile>>> = {}): ServedFile[] => (['runtime', 'cublas'] as const)
  .map((project) => ({ project, file: `${project}-1-py3-none-any.whl`, content: archives[project], ...options[project] }))

function optionsFor(server: PackageServer, more: Partial<InstallOptions> = {}): InstallOptions {
  return { index: server.url, packs: join(folder, 'gpu'), connection: { wait: async () => {} }, onProgress() {}, check: async () => {}, onFoundRefused() {}, ...more }
}

const filesIn = (path: string) => (existsSync(path) ? readdirSync(path).sort() : [])

describe('a GPU that is set up', () => {
  test('is used only once a step was trained with just the files that are needed, and what was fetched for it is gone', async () => {
    const server = await servePackages(served())
    const tried: CudaLibraries[] = []
    const pack = await install(await planInstall({ files, probe }), optionsFor(server, {
      async check(libraries) {
        expect(await installedPack(join(folder, 'gpu'))).toBeUndefined()
        for (const path of [libraries.onnxruntime, ...libraries.cuda]) expect(existsSync(path)).toBe(true)
        tried.push(libraries)
      },
    }))
    const place = join(folder, 'gpu', packName)
    expect(tried).toHaveLength(1)
    expect(pack).toEqual({ folder: place, gpu: 'NVIDIA T4', onnxruntime: join(place, 'libruntime.so'), cuda: [join(place, 'libcublas.so')] })
    expect(filesIn(place)).toEqual(['libcublas.so', 'libprovider.so', 'libruntime.so', 'pack.json'])
    expect(readFileSync(join(place, 'libprovider.so')).equals(large)).toBe(true)
    expect(filesIn(join(folder, 'gpu'))).toEqual([packName, 'lock'].sort())
    expect(await removePacks(join(folder, 'gpu'))).toBeGreaterThan(300_000)
    expect(await installedPack(join(folder, 'gpu'))).toBeUndefined()
  })

  test('takes libraries from a Python environment, and needs no wheel for them', async () => {
    const library = join(folder, 'venv', 'lib', 'python3.12', 'site-packages', 'nvidia', 'cu13', 'lib')
    mkdirSync(library, { recursive: true })
    writeFileSync(join(library, 'libcublas.so'), 'torch has it')
    const plan = await planInstall({ files, probe, environments: [join(folder, 'venv')] })
    expect(plan.wheels.map(({ project }) => project)).toEqual(['runtime'])
    expect(plan.bytes).toBe(archives.runtime.length)
    const server = await servePackages(served())
    const pack = await install(plan, optionsFor(server))
    expect(pack.cuda.map((path) => readFileSync(path, 'utf8'))).toEqual(['torch has it'])
    expect(server.seen.some(({ path }) => path.includes('cublas'))).toBe(false)
    rmSync(join(folder, 'venv'), { recursive: true })
    expect(await installedPack(join(folder, 'gpu'))).toBeUndefined()
  })

  test('takes its own libraries where those of this machine fail, and says so', async () => {
    const conda = join(folder, 'conda', 'lib')
    mkdirSync(conda, { recursive: true })
    writeFileSync(join(conda, 'libcublas.so'), 'broken')
    const server = await servePackages(served())
    const told: [string, number][] = []
    const pack = await install(await planInstall({ files, probe, environments: [join(folder, 'conda')] }), optionsFor(server, {
      async check({ cuda }) { if (readFileSync(cuda[0], 'utf8') === 'broken') throw new Error('libcublas.so: undefined symbol') },
      onFoundRefused: ({ message }, { wheels }) => told.push([message, wheels.length]),
    }))
    expect(told).toEqual([['libcublas.so: undefined symbol', 2]])
    expect(pack.cuda).toEqual([join(pack.folder, 'libcublas.so')])
    const check = () => Promise.reject(new UserError('gpu.driver-old', { reason: 'CUDA failure 35' }))
    const never = optionsFor(server, { check, onFoundRefused: () => expect.unreachable() })
    await expect(install(await planInstall({ files, probe, environments: [join(folder, 'conda')] }), never)).rejects.toThrow(/driver is too old/)
  })

  test('goes on where a connection was cut, over and over, and says how far it is', async () => {
    const told: number[] = []
    const server = await servePackages(served({ runtime: { cuts: [100, 1, 200], received: () => told.at(-1) ?? 0 } }))
    await install(await planInstall({ files, probe }), optionsFor(server, { onProgress: ({ project }, bytes) => void (project === 'runtime' && told.push(bytes)) }))
    const ranges = server.seen.filter(({ path }) => path.startsWith('/files/runtime')).map(({ range }) => Number(range?.match(/\d+/)?.[0] ?? 0))
    expect(ranges).toEqual([0, 100, 101, 301])
    expect(told.at(-1)).toBe(archives.runtime.length)
    expect(told).toEqual([...told].sort((a, b) => a - b))
  })

  test('goes on in another process, and where a server knows no ranges from the beginning', async () => {
    const downloads = join(folder, 'gpu', 'downloads')
    mkdirSync(downloads, { recursive: true })
    writeFileSync(join(downloads, files.wheels[0].file), archives.runtime.subarray(0, 5000))
    writeFileSync(join(downloads, files.wheels[1].file), archives.cublas.subarray(0, 50))
    const server = await servePackages(served({ cublas: { ranges: false } }))
    await install(await planInstall({ files, probe }), optionsFor(server))
    expect(server.seen.flatMap(({ range }) => range ?? [])).toEqual(['bytes=5000-', 'bytes=50-'])
  })

  test('gives a name and password to the index alone, and reads it from no address', async () => {
    const server = await servePackages(served())
    server.url.username = 'me'
    server.url.password = 'p%40ss'
    await install(await planInstall({ files, probe }), optionsFor(server))
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(new Set([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]))
  })
})

describe('nothing comes of it', () => {
  /** What installing ends with; no pack is there then. */
  async function failure(server: PackageServer, more: Partial<InstallOptions> & { files?: PackFiles } = {}): Promise<UserError> {
    const plan = await planInstall({ files: more.files ?? files, probe })
    const error = await install(plan, optionsFor(server, more)).then(() => undefined, (reason: unknown) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(await installedPack(join(folder, 'gpu'))).toBeUndefined()
    return error as UserError
  }

  test('where a wheel arrives with another content twice; once is tried again', async () => {
    const wrong = Buffer.from(archives.cublas)
    wrong[40] ^= 1
    const once = await servePackages(served({ cublas: { wrong: [wrong] } }))
    await install(await planInstall({ files, probe }), optionsFor(once, { packs: join(folder, 'once') }))
    const twice = await servePackages(served({ cublas: { wrong: [wrong, wrong, wrong] } }))
    expect((await failure(twice)).code).toBe('gpu.wrong-content')
    expect(filesIn(join(folder, 'gpu', 'downloads'))).toEqual([files.wheels[0].file])
  })

  test('where what lies there is as long as the wheel, and wrong: it is fetched anew', async () => {
    const downloads = join(folder, 'gpu', 'downloads')
    mkdirSync(downloads, { recursive: true })
    writeFileSync(join(downloads, files.wheels[1].file), Buffer.alloc(archives.cublas.length))
    await install(await planInstall({ files, probe }), optionsFor(await servePackages(served())))
    expect(await installedPack(join(folder, 'gpu'))).toBeDefined()
  })

  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ['a name that leads out', 'invalid relative path', [['../../libcublas.so', 'evil']]],
    ['an absolute name', 'absolute path', [['/tmp/libcublas.so', 'evil']]],
    ['a backslash', 'invalid relative path', [['..\\..\\libcublas.so', 'evil']]],
    ['a drive', 'absolute path', [['C:/libcublas.so', 'evil']]],
    ['a file twice', 'twice', [['a/libcublas.so', 'one'], ['b/libcublas.so', 'two']]],
    ['a file missing', 'it lacks libcublas.so', [['a/libcublas.so.txt', 'one']]],
    ['a folder of the name', 'it lacks libcublas.so', [['libcublas.so/', '']]],
  ])('of an archive with %s', async (_, reason, entries) => {
    const content = zipOf([...entries])
    const hostile: PackFiles = { ...files, wheels: [wheel('cublas', content)] }
    const server = await servePackages([{ project: 'cublas', file: hostile.wheels[0].file, content }])
    const error = await failure(server, { files: hostile })
    expect(error.code).toBe('gpu.bad-wheel')
    expect(error.message).toContain(reason)
    expect(filesIn(folder)).toEqual(['gpu'])
  })

  test('of what is no archive', async () => {
    const content = Buffer.from('<html>not a wheel</html>')
    const other: PackFiles = { ...files, wheels: [wheel('cublas', content)] }
    expect((await failure(await servePackages([{ project: 'cublas', file: other.wheels[0].file, content }]), { files: other })).code).toBe('gpu.bad-wheel')
  })

  test('of an index that does not have the wheel as we know it, that is none, or that refuses', async () => {
    const other = served({ runtime: { content: zipOf([['x', 'y']]) } })
    expect((await failure(await servePackages(other))).code).toBe('gpu.no-wheel')
    expect((await failure(await servePackages(served(), { listing: 'hello' }))).code).toBe('gpu.index-answer')
    expect((await failure(await servePackages([], { status: 403 }))).message).toContain('status 403')
  })

  test('where the step that is trained with it fails: what has arrived is there for the next try', async () => {
    const server = await servePackages(served())
    const error = await failure(server, { check: () => Promise.reject(new UserError('gpu.check-failed', { reason: 'CUDA failure 999' })) })
    expect(error.message).toContain('CUDA failure 999')
    expect(filesIn(join(folder, 'gpu'))).toEqual(['downloads', 'lock'])
    const before = server.seen.length
    await install(await planInstall({ files, probe }), optionsFor(server))
    expect(server.seen).toHaveLength(before)
  })

  test('where driver or card are in the way: nothing is asked of the network', async () => {
    const refused = planInstall({ files, probe: async () => ({ problem: 'NVIDIA driver too old', next: 'install driver 580' }) })
    await expect(refused).rejects.toMatchObject({ code: 'gpu.not-usable', message: 'no GPU can be used here: NVIDIA driver too old: install driver 580' })
  })
})

test('what is set up is not removed meanwhile', async () => {
  const server = await servePackages(served())
  const packs = join(folder, 'gpu')
  await install(await planInstall({ files, probe }), optionsFor(server, { check: () => expect(removePacks(packs)).rejects.toMatchObject({ code: 'gpu.busy' }) }))
  expect(await installedPack(packs)).toBeDefined()
  expect(await removePacks(join(folder, 'nowhere'))).toBe(0)
})

test.runIf(process.platform !== 'win32')('libraries are looked for in the environments that a person is likely to mean, the active one first', () => {
  const place = (...parts: string[]) => {
    const path = join(folder, ...parts)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'libx.so'), '')
    return join(path, 'libx.so')
  }
  const [work, home] = [join(folder, 'work'), join(folder, 'home')]
  const found = (env: NodeJS.ProcessEnv = {}) => findLibraries(['libx.so'], environmentsHere(env, work, home), env).get('libx.so')
  const packages = ['site-packages', 'nvidia', 'cu13', 'lib']
  const inOrder = [
    place('home', '.local', 'lib', 'python3.11', ...packages), place('work', 'venv', 'lib', 'python3.12', ...packages), place('work', '.venv', 'lib', 'python3.12', ...packages),
    place('conda', 'lib'), place('active', 'lib', 'python3.13', ...packages),
  ]
  const all = { VIRTUAL_ENV: join(folder, 'active'), CONDA_PREFIX: join(folder, 'conda') }
  for (const path of inOrder.reverse()) {
    expect(found(all)).toBe(realpathSync(path))
    rmSync(path)
  }
  expect(found(all)).toBeUndefined()
})

test('packs are for Linux and Windows on x64, each with all that it loads', () => {
  expect([packFiles('darwin', 'arm64'), packFiles('linux', 'arm64'), packFiles('win32', 'arm64')]).toEqual([undefined, undefined, undefined])
  for (const platform of ['linux', 'win32'] as const) {
    const { onnxruntime, cuda, wheels } = packFiles(platform, 'x64')!
    const all = wheels.flatMap((each) => each.wanted)
    for (const name of [onnxruntime, ...cuda]) expect(all).toContain(name)
    for (const { sha256: hash } of wheels) expect(hash).toMatch(/^[0-9a-f]{64}$/)
  }
})
