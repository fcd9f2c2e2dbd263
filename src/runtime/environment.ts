import { giveBackLargeBlocks } from './largeBlocks.ts'
import { loadOrtApi, ortLibrary, type Handle, type OrtApi } from './ortApi.ts'

/** ONNX Runtime as it is loaded in this process. */
export interface OrtEnvironment {
  api: OrtApi
  env: Handle
  /** Where values in memory of ours are. */
  hostMemory: Handle
  threads: number
}

const errorsOnly = 3 // ORT_LOGGING_LEVEL_ERROR
let opened: OrtEnvironment | undefined

/**
 * One environment and one thread pool serve the whole process, so the first call decides on `threads` and on the library.
 * Threads do not spin between runs, and the arena grows by what is asked for, so that memory stays flat over many shapes.
 */
export function openEnvironment(threads: number, library?: string): OrtEnvironment {
  opened ??= createEnvironment(loadOrtApi(library ?? ortLibrary()), threads)
  if (opened.threads !== threads) throw new Error(`this process already computes with ${opened.threads} threads`)
  return opened
}

function createEnvironment(api: OrtApi, threads: number): OrtEnvironment {
  giveBackLargeBlocks()
  const threading = api.make('CreateThreadingOptions')
  api.call('SetGlobalIntraOpNumThreads', threading, threads)
  api.call('SetGlobalSpinControl', threading, 0)
  const env = api.make('CreateEnvWithGlobalThreadPools', errorsOnly, 'finetune', threading)
  api.release('ReleaseThreadingOptions', threading)
  api.call('DisableTelemetryEvents', env)

  const hostMemory = api.make('CreateCpuMemoryInfo', /* OrtArenaAllocator */ 1, /* OrtMemTypeDefault */ 0)
  const extendAsRequested = new BigUint64Array([1n])
  const arena = api.make('CreateArenaCfgV2', ['arena_extend_strategy'], extendAsRequested, 1)
  api.call('CreateAndRegisterAllocator', env, hostMemory, arena)
  api.release('ReleaseArenaCfg', arena)
  return { api, env, hostMemory, threads }
}
