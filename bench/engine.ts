/** Our engines as `finetune train` uses them, over a model folder and its rows that prepare.py wrote. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from '../src/models/architecture.ts'
import { architectureOf } from '../src/models/registry.ts'
import { openPretrained } from '../src/pretrained/pretrained.ts'
import type { Device } from '../src/runtime/device.ts'
import { openCpu } from '../src/runtime/device.ts'
import { chooseDevice, probeDevices } from '../src/trainer/chooseDevice.ts'
import { DeviceEngine } from '../src/trainer/deviceEngine.ts'
import { Engine } from '../src/trainer/engine.ts'
import type { Example } from '../src/trainer/stepInputs.ts'
import type { TrainingEngine } from '../src/trainer/trainingEngine.ts'

export const threads = 2
export const labels = 4

const noDropout = {
  dropout: 0, attention_dropout: 0, seq_classif_dropout: 0, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0,
  embedding_dropout: 0, mlp_dropout: 0, classifier_dropout: 0,
}

export interface Model {
  architecture: Architecture
  /** As the architecture reads it. */
  config: unknown
}

export interface EngineChoice {
  dropout: boolean
  /** In half precision, on a GPU. */
  half?: boolean
  /** Of each step, where a GPU is told them beforehand. */
  learningRates?: readonly number[]
}

export async function openDevice(name: string): Promise<Device> {
  return name === 'cpu' ? openCpu(threads) : (await chooseDevice(probeDevices({ device: 'cuda' }), 'cuda', threads)).device
}

export async function readModel(folder: string, dropout = true): Promise<Model> {
  const { config } = await openPretrained(join(folder, 'model'))
  const architecture = architectureOf(config.model_type)
  return { architecture, config: architecture.readConfig(dropout ? config : { ...config, ...noDropout }) }
}

export async function openEngine(folder: string, device: Device, { dropout, half = false, learningRates = [] }: EngineChoice): Promise<TrainingEngine> {
  const { weights } = await openPretrained(join(folder, 'model'))
  const options = {
    ...await readModel(folder, dropout), device, labels, padTokenId: 0, gradientAccumulationSteps: 1,
    settings: { seed: 42, weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 },
  }
  const engine = device.name === 'cpu'
    ? new Engine({ ...options, layout: 'packed', optimizer: 'wasm' })
    : new DeviceEngine({ ...options, half: half ? 'float16' : undefined, learningRates })
  for (const [name, { value }] of engine.optimizer.slots) await weights.readInto(name, value)
  engine.optimizer.loaded()
  return engine
}

export function readRows(folder: string): Example[] {
  return readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n').map((line) => {
    const { input_ids, label } = JSON.parse(line) as { input_ids: number[]; label: number }
    return { ids: Int32Array.from(input_ids), label }
  })
}
