/** Sets a GPU up: what is needed is found or fetched, put together, and believed only once a step was trained with it. */
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Connection } from '../hub/requests.ts'
import { UserError } from '../protocol/errors.ts'
import { requireSpace } from '../runs/diskSpace.ts'
import { probeCuda, type CudaCard, type CudaProbe } from '../runtime/cudaProbe.ts'
import type { CudaLibraries } from '../runtime/gpu.ts'
import { installedPack, lockPacks, packsFolder, putInPlace, type CudaPack } from './cudaPack.ts'
import { environmentsHere, findLibraries } from './cudaLibraries.ts'
import { downloadWheel } from './downloadWheel.ts'
import { packFiles, packName, type PackFiles, type Wheel } from './packFiles.ts'
import { unpackWheel } from './unpackWheel.ts'

export interface InstallPlan {
  files: PackFiles
  card: CudaCard
  /** To be fetched. */
  wheels: readonly Wheel[]
  /** Libraries that are on this machine already, by name. */
  found: ReadonlyMap<string, string>
  /** About, over the network. */
  bytes: number
}

export interface PlanOptions {
  /** Folders of Python environments whose libraries may be used, before those that are likely. */
  environments?: readonly string[]
  files?: PackFiles
  probe?(): Promise<CudaProbe>
}

/** What setting up would do; nothing is fetched or written. @throws UserError where driver or card are in the way */
export async function planInstall({ environments = [], files = packFiles(), probe = probeCuda }: PlanOptions = {}): Promise<InstallPlan> {
  const card = await probe()
  if ('problem' in card) throw new UserError('gpu.not-usable', { reason: card.problem, next: card.next })
  // The probe has seen to it that there are such files.
  return planWith(files!, card, findLibraries(files!.cuda, [...environments, ...environmentsHere()]))
}

function planWith(files: PackFiles, card: CudaCard, found: ReadonlyMap<string, string>): InstallPlan {
  const wheels = files.wheels.filter(({ wanted }) => wanted.some((name) => !found.has(name)))
  return { files, card, wheels, found, bytes: wheels.reduce((sum, { bytes }) => sum + bytes, 0) }
}

export interface InstallOptions {
  index: URL
  connection?: Omit<Connection, 'endpoint'>
  packs?: string
  onProgress(wheel: Wheel, bytes: number, total: number): void
  /** Trains a small step with these libraries, in a process that is thrown away. @throws UserError where it cannot */
  check(libraries: CudaLibraries): Promise<void>
  /** Told where that fails with libraries of this machine: all are fetched then. */
  onFoundRefused(error: Error, plan: InstallPlan): void
}

/** Unpacked, the libraries take about so many times what their wheels do. */
const unpackedShare = 1.4

/** Does what `plan` says. What has arrived is kept for the next try; a pack that does not work never takes its place. */
export async function install(plan: InstallPlan, options: InstallOptions): Promise<CudaPack> {
  const { packs = packsFolder(), check, onFoundRefused } = options
  const [downloads, folder] = [join(packs, 'downloads'), join(packs, `${packName}.incomplete`)]
  await mkdir(downloads, { recursive: true, mode: 0o700 })
  const lock = await lockPacks(packs)
  try {
    let libraries = await putTogether(plan, folder, downloads, options)
    try {
      await check(absolute(libraries, folder))
    } catch (error) {
      if (plan.found.size === 0 || isOfTheMachine(error)) throw error
      const own = planWith(plan.files, plan.card, new Map())
      onFoundRefused(error as Error, own)
      libraries = await putTogether(own, folder, downloads, options)
      await check(absolute(libraries, folder))
    }
    await putInPlace(folder, libraries, plan.card.name, packs)
    await rm(downloads, { recursive: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
    await lock.release()
  }
  return (await installedPack(packs))!
}

/** Whether other libraries would fail in the same way. */
function isOfTheMachine(error: unknown): boolean {
  return error instanceof UserError && ['gpu.driver-old', 'gpu.driver-fails', 'gpu.no-device', 'gpu.no-kernel', 'gpu.no-memory'].includes(error.code)
}

/** Fetches what is missing and unpacks it into a new folder; libraries are named from there, or absolutely. */
async function putTogether({ files, wheels, found, bytes }: InstallPlan, folder: string, downloads: string, { index, connection, onProgress }: InstallOptions): Promise<CudaLibraries> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  requireSpace(folder, (1 + unpackedShare) * bytes, 'the GPU pack')
  for (const wheel of wheels) {
    const path = await downloadWheel(wheel, { index, connection, folder: downloads, onProgress: (...progress) => onProgress(wheel, ...progress) })
    await unpackWheel(path, wheel.wanted.filter((name) => !found.has(name)), folder)
  }
  return { onnxruntime: files.onnxruntime, cuda: files.cuda.map((name) => found.get(name) ?? name) }
}

function absolute({ onnxruntime, cuda }: CudaLibraries, folder: string): CudaLibraries {
  return { onnxruntime: resolve(folder, onnxruntime), cuda: cuda.map((library) => resolve(folder, library)) }
}
