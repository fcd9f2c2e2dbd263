import type { DeviceTensor } from './deviceTensor.ts'
import type { Handle, OrtApi } from './ortApi.ts'

export interface SessionOptions {
  /** Where to write the model as ONNX Runtime optimised it, for tests of what really runs. */
  optimizedModelPath?: string
  /** Values for parameters of a model compiled for a `session`: they never change, and ONNX Runtime lays them out for its products. */
  parameters?: ReadonlyMap<string, DeviceTensor>
  /** Prefix of a JSON profile by node, written when the session is disposed of. */
  profilePrefix?: string
}

/** A loaded model. Runs of one session follow one another. */
export class Session {
  readonly #api: OrtApi
  /** Its parameters' memory is to live as long. */
  readonly #options: SessionOptions
  #handle: Handle | null
  #runs = 0

  constructor(api: OrtApi, handle: Handle, options: SessionOptions) {
    this.#api = api
    this.#handle = handle
    this.#options = options
  }

  /**
   * A set of named inputs and outputs that can be run again and again. Each of its runs ends with giving back what the arena `shrinks`
   * (Device.arena) holds and nobody uses.
   */
  bind({ shrinks }: { shrinks?: string } = {}): Binding {
    const binding = new Binding(this.#api, this.#opened, (handle, options) => this.#run(handle, options))
    if (shrinks) binding.configure('memory.enable_memory_arena_shrinkage', shrinks)
    return binding
  }

  /** The allocator of one of this session's devices; it lasts as long as the session. */
  allocator(memory: Handle): Handle {
    return this.#api.make('CreateAllocator', this.#opened, memory)
  }

  dispose(): void {
    if (this.#runs > 0) throw new Error('a session is not disposed of during a run: terminate it first')
    if (this.#handle === null) return
    if (this.#options.profilePrefix) this.#api.make('SessionEndProfiling', this.#handle, this.#api.make('GetAllocatorWithDefaultOptions'))
    this.#api.release('ReleaseSession', this.#handle)
    this.#handle = null
  }

  get #opened(): Handle {
    if (this.#handle === null) throw new Error('this session was disposed of')
    return this.#handle
  }

  async #run(binding: Handle, options: Handle): Promise<void> {
    const session = this.#opened
    this.#runs++
    try {
      await this.#api.callAsync('RunWithBinding', session, options, binding)
    } finally {
      this.#runs--
    }
  }
}

/**
 * Inputs and outputs of a session, bound to tensors that this object keeps alive. The same tensor may be input and output where
 * the model allows writing in place.
 */
export class Binding {
  readonly #api: OrtApi
  readonly #run: (binding: Handle, options: Handle) => Promise<void>
  readonly #binding: Handle
  readonly #options: Handle
  readonly #bound = new Map<string, DeviceTensor>()
  #running: Promise<void> | null = null
  #disposed = false

  constructor(api: OrtApi, session: Handle, run: (binding: Handle, options: Handle) => Promise<void>) {
    this.#api = api
    this.#run = run
    this.#binding = api.make('CreateIoBinding', session)
    this.#options = api.make('CreateRunOptions')
  }

  /** An entry of onnxruntime_run_options_config_keys.h for all later runs. */
  configure(key: string, value: string): void {
    this.#api.call('AddRunConfigEntry', this.#options, key, value)
  }

  input(name: string, tensor: DeviceTensor): this {
    return this.#bind('BindInput', name, tensor)
  }

  output(name: string, tensor: DeviceTensor): this {
    return this.#bind('BindOutput', name, tensor)
  }

  /** Runs on another thread; the event loop stays free. */
  async run(): Promise<void> {
    if (this.#running || this.#disposed) throw new Error('this binding is running or disposed of')
    this.#running = this.#run(this.#binding, this.#options)
    try {
      await this.#running
    } finally {
      this.#running = null
    }
  }

  /** Ends a run under way early: its promise rejects. Later runs work again. */
  async terminate(): Promise<void> {
    if (!this.#running) return
    this.#api.call('RunOptionsSetTerminate', this.#options)
    await this.#running.catch(() => {})
    this.#api.call('RunOptionsUnsetTerminate', this.#options)
  }

  dispose(): void {
    if (this.#running) throw new Error('a binding is not disposed of during a run: terminate it first')
    if (this.#disposed) return
    this.#disposed = true
    this.#api.release('ReleaseIoBinding', this.#binding)
    this.#api.release('ReleaseRunOptions', this.#options)
    this.#bound.clear()
  }

  #bind(call: 'BindInput' | 'BindOutput', name: string, tensor: DeviceTensor): this {
    if (this.#running) throw new Error('inputs are not exchanged during a run')
    this.#api.call(call, this.#binding, name, tensor.handle)
    this.#bound.set(`${call} ${name}`, tensor)
    return this
  }
}

/** @param append puts an execution provider in front of the CPU's */
export function openSession(api: OrtApi, env: Handle, model: Uint8Array, options: SessionOptions, append?: (api: OrtApi, settings: Handle) => void): Session {
  const settings = api.make('CreateSessionOptions')
  try {
    api.call('DisablePerSessionThreads', settings)
    api.call('DisableMemPattern', settings)
    api.call('AddSessionConfigEntry', settings, 'session.use_env_allocators', '1')
    // On the CPU a transposition that stands before a product is meant to (graph/transposeFirst.ts).
    if (append === undefined) api.call('AddSessionConfigEntry', settings, 'optimization.disable_specified_optimizers', 'GemmTransposeFusion')
    api.call('SetSessionGraphOptimizationLevel', settings, /* ORT_ENABLE_ALL */ 99)
    append?.(api, settings)
    if (options.optimizedModelPath) api.call('SetOptimizedModelFilePath', settings, options.optimizedModelPath)
    if (options.profilePrefix) api.call('EnableProfiling', settings, options.profilePrefix)
    if (options.parameters) giveParameters(api, settings, options.parameters)
    return new Session(api, api.make('CreateSessionFromArray', env, model, model.byteLength, settings), options)
  } finally {
    api.release('ReleaseSessionOptions', settings)
  }
}

function giveParameters(api: OrtApi, settings: Handle, parameters: ReadonlyMap<string, DeviceTensor>): void {
  const handles = Array.from(parameters.values(), ({ handle }) => handle)
  api.call('AddExternalInitializers', settings, [...parameters.keys()], handles, parameters.size)
}
