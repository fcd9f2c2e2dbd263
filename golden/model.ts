/** The product's engine and evaluator over a reference's weights. */
import { Evaluator } from '../src/models/evaluator.ts'
import { labelNames } from '../src/pretrained/labels.ts'
import { findTensor } from '../src/pretrained/parameters.ts'
import { openPretrained, readConfig, type ModelConfig } from '../src/pretrained/pretrained.ts'
import { problemTypeOf } from '../src/pretrained/problemType.ts'
import { architectureOf } from '../src/models/registry.ts'
import type { LayoutName } from '../src/models/trainingGraph.ts'
import type { Weights } from '../src/pretrained/weights.ts'
import type { ProblemType } from '../src/protocol/problemType.ts'
import type { Settings } from '../src/protocol/settings.ts'
import { openCpu } from '../src/runtime/device.ts'
import { Engine } from '../src/trainer/engine.ts'
import { Tensors } from './files.ts'
import { Unreadable } from './unreadable.ts'

/** What computes: the product's fast pair, or the plain reference that it is tested against. */
export interface Executor {
  layout: LayoutName
  optimizer: 'wasm' | 'onnx'
  threads: number
}

/** Where a model comes from. */
export interface ModelSource {
  /** Folder with config.json: sizes and labels. */
  config: string
  /** Folder with the weights. */
  weights: string
  /** A safetensors file whose tensors stand instead of the weights' own. */
  head?: string
}

export interface Limits {
  maxPositions: number
  vocabSize: number
  labels: number
  problemType: ProblemType
}

export class Model {
  readonly engine: Engine
  readonly limits: Limits
  readonly labels: readonly string[]
  readonly #evaluator: Evaluator
  readonly #weights: Weights

  private constructor(config: ModelConfig, weights: Weights, { config: folder }: ModelSource, settings: Settings, { layout, optimizer, threads }: Executor) {
    this.#weights = weights
    const device = openCpu(threads)
    const architecture = architectureOf(config.model_type)
    const read = withoutDropout(architecture.readConfig(config))
    this.labels = labelNames({ folder, config })
    const problemType = problemTypeOf({ folder, config })
    this.limits = { ...architecture.limits(read), labels: this.labels.length, problemType }
    this.engine = new Engine({
      device, architecture, config: read, labels: this.labels.length, problemType, layout, optimizer, settings,
      gradientAccumulationSteps: settings.gradient_accumulation_steps,
      padTokenId: typeof config.pad_token_id === 'number' ? config.pad_token_id : 0,
    })
    this.#evaluator = new Evaluator(device, architecture, read, this.labels.length, (name) => this.value(name))
  }

  static async open(source: ModelSource, settings: Settings, executor: Executor): Promise<Model> {
    const { weights } = await openPretrained(source.weights)
    const config = await readConfig(source.config)
    const model = new Model(config, weights, source, settings, executor)
    await model.#load(architectureOf(config.model_type).prefix, source.head ? await Tensors.open(source.head) : undefined)
    return model
  }

  get parameters(): readonly { name: string; shape: readonly number[] }[] {
    return [...this.engine.optimizer.slots.values()]
  }

  value(name: string): Float32Array {
    return this.engine.optimizer.slots.get(name)!.value
  }

  /** Rows of logits, one for each text. */
  async logits(texts: readonly Int32Array[]): Promise<Float32Array[]> {
    const data = await this.#evaluator.logits(texts)
    const { labels } = this.limits
    return texts.map((_, i) => data.subarray(i * labels, (i + 1) * labels))
  }

  get evaluator(): Evaluator {
    return this.#evaluator
  }

  dispose(): void {
    this.engine.dispose()
    this.#evaluator.dispose()
  }

  /** The checkpoint's values of a parameter that the model has, but does not use: training leaves them as they are. Undefined where it has none. */
  async unused(name: string, size: number): Promise<Float32Array | undefined> {
    if (!this.#weights.entry(name)) return undefined
    const values = new Float32Array(size)
    await this.#weights.readInto(name, values)
    return values
  }

  async #load(prefix: string, head: Tensors | undefined): Promise<void> {
    const weights = this.#weights
    for (const { name, shape, value } of this.engine.optimizer.slots.values()) {
      if (head?.names.includes(name)) {
        value.set(await head.read(name, shape))
        continue
      }
      const found = findTensor(weights, name, prefix)
      if (!found) throw new Unreadable(`${weights.path} has no tensor ${name}`)
      const entry = weights.entry(found)!
      if (entry.shape.join() !== shape.join()) throw new Unreadable(`${weights.path}: ${name} is [${entry.shape}], but config.json makes it [${shape}]`)
      await weights.readInto(entry.name, value)
    }
    this.engine.optimizer.loaded()
  }
}

/** Families name their dropouts differently, but all of them so. */
function withoutDropout(config: unknown): unknown {
  const fields = Object.entries(config as Record<string, unknown>)
  return Object.fromEntries(fields.map(([name, value]) => [name, /dropout/.test(name) && typeof value === 'number' ? 0 : value]))
}
