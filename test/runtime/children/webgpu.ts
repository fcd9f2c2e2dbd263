/** Three steps of a tiny model on WebGPU's adapter and on the CPU; prints what they came to. */
import { compile } from '../../../src/graph/onnx.ts'
import { input } from '../../../src/graph/operators.ts'
import { openCpu, type Device } from '../../../src/runtime/device.ts'
import { openWebGpu } from '../../../src/runtime/gpu.ts'
import { DeviceEngine } from '../../../src/trainer/deviceEngine.ts'
import { randomParameter, randomTexts, tinyModel } from '../../models/tinyModels.ts'

const settings = { weight_decay: 0.1, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-4, max_grad_norm: 1, seed: 42 }

export interface Followed {
  losses: number[]
  norms: number[]
  parameters: number[][]
}

async function follow(device: Device): Promise<Followed> {
  const { architecture, config } = tinyModel('distilbert', { dropout: [0.1, 0.1, 0.2] })
  const engine = new DeviceEngine({ device, architecture, config, labels: 3, settings, learningRates: [1e-2, 5e-3, 3e-3], gradientAccumulationSteps: 2, padTokenId: 0 })
  for (const { name, shape, value } of engine.optimizer.slots.values()) value.set(randomParameter(name, shape))
  const steps = []
  for (let step = 1; step <= 3; step++) {
    const micro = [[5, 9, 2], [7]].map((lengths, i) => randomTexts(lengths, 10 * step + i).map((ids, label) => ({ ids, label: (label + step) % 3 })))
    steps.push(await engine.step(micro, { step }))
  }
  await engine.toHost()
  const parameters = [...engine.optimizer.slots.values()].map(({ value }) => [...value])
  return { losses: steps.map(({ loss }) => loss), norms: steps.map(({ gradNorm }) => gradNorm), parameters }
}

const threads = Number(process.env.FINETUNE_TEST_THREADS)
const gpu = openWebGpu(threads, compile({ y: input('x', 'float32', ['n']) }).bytes)
const found = { gpu: await follow(gpu), cpu: await follow(openCpu(threads)) }
// Dawn's own end is known to crash.
process.stdout.write(JSON.stringify(found), () => process.kill(process.pid, 'SIGKILL'))
