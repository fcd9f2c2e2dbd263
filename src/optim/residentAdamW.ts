import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray } from '../runtime/tensor.ts'
import { GradScaler, type GradScalerSettings } from './gradScaler.ts'
import type { HostState } from './hostState.ts'
import { adamWNumbers, type AdamWSettings, type Variable } from './optimizer.ts'
import { accumulateModel, nameOf, rateNames, updateModel, type Part } from './residentUpdate.ts'
import { Transfer } from './transfer.ts'

export interface ResidentSettings extends AdamWSettings {
  scaler: GradScalerSettings
  /** Of each update that the run may have, from the first on. */
  learningRates: readonly number[]
}

/** What a step comes to, in one small vector from the device. */
export interface ResidentResult {
  /** Mean over the rows of the effective batch. */
  loss: number
  /** Before clipping; not finite where a gradient was not. */
  gradNorm: number
  /** Then the step changed nothing but the loss scale. */
  overflow: boolean
  /** That was used, or would have been. */
  learningRate: number
}

const moved = ['value', 'm', 'v'] as const satisfies Part[]

/**
 * AdamW behind torch's GradScaler, for a device with memory of its own: values, gradients, moments, the loss scale and the count of
 * updates stay there. They come from a HostState (`ready`), and go there for checkpoints (`toHost`).
 */
export class ResidentAdamW {
  readonly host: HostState
  readonly loss: DeviceTensor
  readonly #learningRates: readonly number[]
  readonly #device: Device
  readonly #transfer: Transfer
  readonly #scaler: GradScaler
  readonly #kept = new Map<string, DeviceTensor>()
  /** What else is there as long as this is. */
  readonly #others: DeviceTensor[] = []
  readonly #sessions: Session[]
  readonly #update: Binding
  #accumulate: { binding: Binding, loss: DeviceTensor } | undefined
  readonly #result = hostArray('float32', 3)
  /** Tensors that last for a step: gradients of rows, and which rows they are. */
  #passing: DeviceTensor[] = []

  constructor(device: Device, host: HostState, settings: ResidentSettings) {
    this.#device = device
    this.host = host
    host.loaded()
    this.#learningRates = settings.learningRates
    this.#transfer = new Transfer(device)
    this.#scaler = new GradScaler(device, this.#transfer, settings.scaler)
    this.loss = this.#own(device.empty('float32', []))
    const variables = [...host.slots.values()]
    for (const variable of variables) for (const part of [...moved, ...variable.table ? [] : ['gradient'] as Part[]]) this.#keep(part, variable)
    const update = device.load(updateModel(variables, settings))
    this.#update = this.#bindUpdate(update, settings)
    this.#sessions = [update]
  }

  /**
   * From now on an effective batch may come as several micro-batches. Returns whether the targets of backward passes are others now.
   * Where memory does not suffice nothing of it is kept.
   */
  accumulates(): boolean {
    if (this.#accumulate) return false
    const variables = [...this.host.slots.values()]
    const dense = variables.filter(({ table }) => !table)
    try {
      for (const variable of dense) this.#keep('part', variable)
      const session = this.#device.load(accumulateModel(variables))
      this.#sessions.push(session)
      this.#accumulate = this.#bindAccumulate(session)
    } catch (error) {
      for (const { name } of dense) {
        this.#kept.get(nameOf('part', name))?.dispose()
        this.#kept.delete(nameOf('part', name))
      }
      throw error
    }
    return true
  }

  /** Where forward passes read a parameter. */
  parameter(name: string): DeviceTensor {
    return this.#kept.get(nameOf('value', name))!
  }

  /** What the loss is multiplied with. */
  get lossScale(): DeviceTensor {
    return this.#scaler.scale
  }

  /** Where a backward pass writes the loss. */
  get lossTarget(): DeviceTensor {
    return this.#accumulate?.loss ?? this.loss
  }

  /** Where a backward pass writes the gradient of what is not a table. */
  target(name: string): DeviceTensor {
    return this.#kept.get(nameOf(this.#accumulate ? 'part' : 'gradient', name))!
  }

  /** Before the first micro-batch: which rows of each table it is about, brought as so many by batches. Returns where their gradients go. */
  async begin(rows: ReadonlyMap<string, Int32Array>, brought: (name: string) => number): Promise<ReadonlyMap<string, DeviceTensor>> {
    await this.ready()
    const targets = new Map<string, DeviceTensor>()
    for (const [name, used] of rows) {
      const { shape } = this.host.slots.get(name)!
      const gradient = this.#pass(this.#device.empty('float32', [brought(name), shape[1]]))
      const place = hostArray('int32', shape[0]).fill(brought(name))
      used.forEach((row, i) => { place[row] = i })
      this.#update.input(nameOf('place', name), this.#pass(this.#device.tensor({ dtype: 'int32', shape: [shape[0]], data: place })))
      this.#update.input(nameOf('gradient', name), gradient)
      if (this.#accumulate === undefined) targets.set(name, gradient)
      else {
        const part = this.#pass(this.#device.empty('float32', gradient.shape))
        this.#accumulate.binding.input(nameOf('gradient', name), gradient).input(nameOf('part', name), part).output(`${nameOf('gradient', name)}1`, gradient)
        targets.set(name, part)
      }
    }
    return targets
  }

  /** After each backward pass of an effective batch; the first overwrites what was there. */
  async accumulate(isFirst: boolean): Promise<void> {
    if (this.#accumulate === undefined) return
    const first = this.#device.tensor({ dtype: 'float32', shape: [], data: hostArray('float32', 1).fill(Number(isFirst)) })
    await this.#accumulate.binding.input('isFirst', first).run()
    first.dispose()
  }

  /** Updates everything that the gradients of this step are for. */
  async step(): Promise<ResidentResult> {
    await this.#update.run()
    await this.#scaler.advance()
    this.letGo()
    const [loss, gradNorm, overflow] = this.#result
    const { state } = this.host
    const { updates } = state
    if (overflow === 0) this.host.state = { ...state, updates: updates + 1 }
    return { loss, gradNorm, overflow: overflow !== 0, learningRate: this.#learningRates[updates] }
  }

  /** Frees what a step needed that ends, or that failed. */
  letGo(): void {
    for (const tensor of this.#passing) tensor.dispose()
    this.#passing = []
  }

  /** Brings to the device what is newer on the host: before a run that reads it. */
  async ready(): Promise<void> {
    const { host } = this
    if (!host.isNewer) return
    for (const [name, slot] of host.slots) for (const part of moved) await this.#transfer.write(this.#kept.get(nameOf(part, name))!, slot[part])
    await this.#scaler.write(host.state)
    host.isNewer = false
  }

  /** Brings the host to where the device is. */
  async toHost(): Promise<void> {
    const { host } = this
    if (host.isNewer) return
    for (const [name, slot] of host.slots) for (const part of moved) await this.#transfer.read(this.#kept.get(nameOf(part, name))!, slot[part])
    host.state = await this.#scaler.read()
  }

  /** The gradient of what is no table in the last update, scaled and before clipping. A copy. */
  async gradient(name: string): Promise<Float32Array> {
    return await this.#transfer.read(this.#kept.get(nameOf('gradient', name))!) as Float32Array
  }

  dispose(): void {
    this.letGo()
    this.#update.dispose()
    this.#accumulate?.binding.dispose()
    for (const session of this.#sessions) session.dispose()
    this.#scaler.dispose()
    this.#transfer.dispose()
    for (const tensor of [...this.#kept.values(), ...this.#others]) tensor.dispose()
  }

  #keep(part: Part, { name, shape }: Variable): void {
    this.#kept.set(nameOf(part, name), this.#device.empty('float32', shape))
  }

  #own(tensor: DeviceTensor): DeviceTensor {
    this.#others.push(tensor)
    return tensor
  }

  #pass(tensor: DeviceTensor): DeviceTensor {
    this.#passing.push(tensor)
    return tensor
  }

  #bindUpdate(session: Session, settings: ResidentSettings): Binding {
    const { scale, updates, overflow } = this.#scaler
    const binding = session.bind().input('scale', scale).input('updates', updates).input('loss', this.loss)
    const numbers = settings.learningRates.map((learningRate, i) => adamWNumbers(settings, { learningRate, step: i + 1, rows: new Map() }, 0))
    for (const name of rateNames) {
      const data = hostArray('float32', numbers.length)
      numbers.forEach((each, i) => { data[i] = each[name] })
      binding.input(name, this.#own(this.#device.tensor({ dtype: 'float32', shape: [data.length], data })))
    }
    binding.output('overflow', overflow).output('result', this.#own(this.#device.tensor({ dtype: 'float32', shape: [3], data: this.#result })))
    for (const [name, { table }] of this.host.slots) {
      for (const part of moved) {
        const kept = this.#kept.get(nameOf(part, name))!
        binding.input(nameOf(part, name), kept).output(`${nameOf(part, name)}1`, kept)
      }
      if (!table) binding.input(nameOf('gradient', name), this.#kept.get(nameOf('gradient', name))!)
    }
    return binding
  }

  #bindAccumulate(session: Session): { binding: Binding, loss: DeviceTensor } {
    const part = this.#own(this.#device.empty('float32', []))
    const binding = session.bind().input('loss', this.loss).input('loss.part', part).output('loss.sum', this.loss)
    for (const [name, { table }] of this.host.slots) {
      if (table) continue
      const gradient = this.#kept.get(nameOf('gradient', name))!
      binding.input(nameOf('gradient', name), gradient).input(nameOf('part', name), this.#kept.get(nameOf('part', name))!).output(`${nameOf('gradient', name)}1`, gradient)
    }
    return { binding, loss: part }
  }
}
