import type { Half } from '../graph/autocast.ts'
import { learningRateAt } from '../optim/schedule.ts'
import type { Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import { DeviceEngine } from './deviceEngine.ts'
import { Engine, type EngineOptions } from './engine.ts'
import type { Plan } from './stepPlan.ts'
import type { TrainingEngine } from './trainingEngine.ts'

export interface OpenEngineOptions extends Omit<EngineOptions, 'layout' | 'optimizer' | 'settings' | 'gradientAccumulationSteps'> {
  settings: Settings
  plan: Plan
  half: Half | undefined
  say(notice: Notice): void
}

/** The engine for a device: on the CPU it works on memory of ours, elsewhere on the device's. */
export function openEngine({ plan: { schedule }, half, say, ...options }: OpenEngineOptions): TrainingEngine {
  const common = { ...options, gradientAccumulationSteps: options.settings.gradient_accumulation_steps }
  if (options.device.name === 'cpu') return new Engine({ ...common, layout: 'packed', optimizer: 'wasm' })
  const learningRates = Array.from({ length: schedule.max_steps }, (_, updates) => learningRateAt(updates, schedule))
  return new DeviceEngine({ ...common, half, learningRates, say })
}
