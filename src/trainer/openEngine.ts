import type { Half } from '../graph/autocast.ts'
import { learningRateAt } from '../optim/schedule.ts'
import { UserError } from '../protocol/errors.ts'
import type { Settings } from '../protocol/settings.ts'
import { isOutOfMemory } from '../runtime/outOfMemory.ts'
import { DeviceEngine } from './deviceEngine.ts'
import { Engine, type EngineOptions } from './engine.ts'
import type { Plan } from './stepPlan.ts'
import type { TrainingEngine } from './trainingEngine.ts'

export interface OpenEngineOptions extends Omit<EngineOptions, 'layout' | 'optimizer' | 'settings' | 'gradientAccumulationSteps'> {
  settings: Settings
  plan: Plan
  half: Half | undefined
}

/**
 * The engine for a device: on the CPU it works on memory of ours, elsewhere on the device's.
 * @throws UserError where there is not enough of it
 */
export function openEngine({ plan: { schedule }, half, ...options }: OpenEngineOptions): TrainingEngine {
  const { device } = options
  const common = { ...options, gradientAccumulationSteps: options.settings.gradient_accumulation_steps }
  try {
    if (device.name === 'cpu') return new Engine({ ...common, layout: 'packed', optimizer: 'wasm' })
    const learningRates = Array.from({ length: schedule.max_steps }, (_, updates) => learningRateAt(updates, schedule))
    return new DeviceEngine({ ...common, half, learningRates })
  } catch (error) {
    throw isOutOfMemory(error) ? new UserError('train.out-of-memory-model', { device: device.name }) : error
  }
}
