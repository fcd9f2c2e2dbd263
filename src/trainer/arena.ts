import { compile } from '../graph/onnx.ts'
import { input, neg } from '../graph/operators.ts'
import type { Batch } from '../models/layouts/batch.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import { OrtError } from '../runtime/ortApi.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray } from '../runtime/tensor.ts'

/**
 * Keeps ONNX Runtime's arena from piling up. It never gives back a block of its own accord, and blocks of one size do not serve a
 * larger one: as longer batches come, the memory of all shorter ones would stay beside theirs. So it is emptied before a batch
 * that is larger than every one before.
 */
export class Arena {
  #session: Session | undefined
  #trim: Binding | undefined
  #numbers: DeviceTensor[] = []
  #largest = { tokens: 0, pairs: 0 }

  constructor(device: Device) {
    if (device.arena === undefined) return
    const [x, y] = this.#numbers = [0, 0].map(() => device.tensor({ dtype: 'float32', shape: [1], data: hostArray('float32', 1) }))
    this.#session = device.load(compile({ y: neg(input('x', 'float32', [1])) }).bytes)
    this.#trim = this.#session.bind({ shrinks: device.arena }).input('x', x).output('y', y)
  }

  /** To be called before a run over this batch. */
  async before({ tokenText: { length: tokens }, groups }: Batch): Promise<void> {
    const pairs = groups.reduce((sum, { texts, sequence }) => sum + texts.length * sequence ** 2, 0)
    if (tokens <= this.#largest.tokens && pairs <= this.#largest.pairs) return
    this.#largest = { tokens: Math.max(tokens, this.#largest.tokens), pairs: Math.max(pairs, this.#largest.pairs) }
    await this.empty()
  }

  /** Gives back to the device what the arena holds and nobody uses. */
  async empty(): Promise<void> {
    try {
      await this.#trim?.run()
    } catch (error) {
      if (!(error instanceof OrtError)) throw error
      // A provider that has no arena after all says so: its memory is as it would be without us.
      this.dispose()
    }
  }

  dispose(): void {
    this.#trim?.dispose()
    this.#session?.dispose()
    for (const tensor of this.#numbers) tensor.dispose()
    this.#numbers = []
    this.#trim = this.#session = undefined
  }
}
