/** The GPU pack of this user: one folder with ONNX Runtime for CUDA, and a file that says where each library is. */
import { existsSync } from 'node:fs'
import { lstat, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { takeLock, type Lock } from '../runs/lock.ts'
import type { CudaLibraries } from '../runtime/gpu.ts'
import { packName } from './packFiles.ts'

const packFile = 'pack.json'
const lockFile = 'lock'
const packSchema = z.object({ onnxruntime: z.string(), cuda: z.array(z.string()), gpu: z.string() })

/** A pack that has trained a step on this machine. */
export type CudaPack = CudaLibraries & { folder: string, /** The card's name. */ gpu: string }

/** `$XDG_DATA_HOME/finetune/gpu`, `%LOCALAPPDATA%\finetune\Data\gpu`: only what this user's own install wrote lies there. */
export function packsFolder(): string {
  return join(envPaths('finetune', { suffix: '' }).data, 'gpu')
}

/** The pack that is there whole; undefined where none is, or one of its libraries has gone. */
export async function installedPack(packs = packsFolder()): Promise<CudaPack | undefined> {
  const folder = join(packs, packName)
  try {
    const { onnxruntime, cuda, gpu } = packSchema.parse(JSON.parse(await readFile(join(folder, packFile), 'utf8')))
    const pack = { folder, gpu, onnxruntime: resolve(folder, onnxruntime), cuda: cuda.map((library) => resolve(folder, library)) }
    return [pack.onnxruntime, ...pack.cuda].every((library) => existsSync(library)) ? pack : undefined
  } catch {
    return undefined
  }
}

/** Makes what lies in `folder` the pack: from then on trainings use it. Libraries are named from there, or absolutely. */
export async function putInPlace(folder: string, { onnxruntime, cuda }: CudaLibraries, gpu: string, packs = packsFolder()): Promise<void> {
  const place = join(packs, packName)
  await writeFile(join(folder, packFile), JSON.stringify({ onnxruntime, cuda, gpu }, null, 2) + '\n')
  await rm(place, { recursive: true, force: true })
  await rename(folder, place)
}

/** Keeps packs from other processes until it is released. @throws UserError where one of them is at work on them */
export async function lockPacks(packs: string): Promise<Lock> {
  const lock = await takeLock(join(packs, lockFile))
  if (lock === undefined) throw new UserError('gpu.busy', {})
  return lock
}

/** Removes packs and what was downloaded for them; returns the bytes of the disk that were theirs. @throws UserError while one is set up */
export async function removePacks(packs = packsFolder()): Promise<number> {
  if (!existsSync(packs)) return 0
  const lock = await lockPacks(packs)
  try {
    const names = await readdir(packs, { recursive: true })
    const sizes = await Promise.all(names.map((name) => lstat(join(packs, name)).then((found) => (found.isFile() ? found.size : 0))))
    const others = (await readdir(packs)).filter((name) => name !== lockFile)
    await Promise.all(others.map((name) => rm(join(packs, name), { recursive: true, force: true })))
    return sizes.reduce((sum, size) => sum + size, 0)
  } finally {
    await lock.release()
  }
}
