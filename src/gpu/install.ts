/** Sets a GPU up: what is needed is found or fetched, put together, and believed only once a step was trained with it. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Connection } from '../hub/requests.ts'
import { UserError } from '../protocol/errors.ts'
import { requireSpace } from '../runs/diskSpace.ts'
import { takeLock } from '../runs/lock.ts'
import { probeCuda, type CudaProbe } from '../runtime/cudaProbe.ts'
import type { CudaLibraries } from '../runtime/gpu.ts'
import { installedPack, packsFolder, putInPlace, type CudaPack } from './cudaPack.ts'
import { findLibraries } from './cudaLibraries.ts'
import { downloadWheel } from './downloadWheel.ts'
import { packFiles, packName, type PackFiles, type Wheel } from './packFiles.ts'
import { unpackWheel } from './unpackWheel.ts'

export interface InstallPlan {
  files: PackFiles
  /** The card's name. */
  gpu: string
  /** To be fetched. */
  wheels: readonly Wheel[]
  /** Libraries that are on this machine already, by name. */
  found: ReadonlyMap<string, string>
  /** About, over the network. */
  bytes: number
}

export interface PlanOptions {
  /** Folders of Python environments whose libraries may be used. */
  environments?: readonly string[]
  files?: PackFiles
  probe?(): Promise<CudaProbe>
}

/** What setting up would do; nothing is fetched or written. @throws UserError where driver or card are in the way */
export async function planInstall({ environments = [], files = packFiles(), probe = probeCuda }: PlanOptions = {}): Promise<InstallPlan> {
  const answer = await probe()
  if ('problem' in answer) throw new UserError('gpu.not-usable', { reason: answer.problem })
  if (files === undefined) throw new UserError('gpu.not-usable', { reason: 'CUDA needs Linux or Windows on x64' })
  const found = findLibraries(files.cuda, environments)
  const wheels = files.wheels.filter(({ wanted }) => wanted.some((name) => !found.has(name)))
  return { files, gpu: answer.gpu, wheels, found, bytes: wheels.reduce((sum, { bytes }) => sum + bytes, 0) }
}

export interface InstallOptions {
  index: URL
  connection?: Omit<Connection, 'endpoint'>
  packs?: string
  onProgress(wheel: Wheel, bytes: number, total: number): void
  /** Trains a small step with these libraries, in a process that is thrown away. @throws UserError where it cannot */
  check(libraries: CudaLibraries): Promise<void>
}

/** Unpacked, the libraries take about so many times what their wheels do. */
const unpackedShare = 1.4

/** Does what `plan` says. What has arrived is kept for the next try; a pack that does not work never takes its place. */
export async function install({ files, gpu, wheels, found, bytes }: InstallPlan, { index, connection, packs = packsFolder(), onProgress, check }: InstallOptions): Promise<CudaPack> {
  const [downloads, folder] = [join(packs, 'downloads'), join(packs, `${packName}.incomplete`)]
  await mkdir(downloads, { recursive: true, mode: 0o700 })
  const lock = await takeLock(join(packs, 'lock'))
  if (lock === undefined) throw new UserError('gpu.busy', {})
  try {
    requireSpace(packs, (1 + unpackedShare) * bytes, 'the GPU pack')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    for (const wheel of wheels) {
      const path = await downloadWheel(wheel, { index, connection, folder: downloads, onProgress: (...progress) => onProgress(wheel, ...progress) })
      await unpackWheel(path, wheel.wanted.filter((name) => !found.has(name)), folder)
    }
    const library = (name: string) => found.get(name) ?? name
    const libraries = { onnxruntime: files.onnxruntime, cuda: files.cuda.map(library) }
    const absolute = (path: string) => (dirname(path) === '.' ? join(folder, basename(path)) : path)
    await check({ onnxruntime: absolute(libraries.onnxruntime), cuda: libraries.cuda.map(absolute) })
    await putInPlace(folder, libraries, gpu, packs)
    await rm(downloads, { recursive: true })
  } finally {
    await lock.release()
  }
  return (await installedPack(packs))!
}
