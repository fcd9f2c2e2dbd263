/** A run's settings as they may leave this machine. */
import type { Settings } from '../protocol/settings.ts'
import type { RunFacts } from './runFacts.ts'

/** Where things lie on this machine, and what was to be done with the result, is nobody's business. */
const ours = ['output_dir', 'resume_from_checkpoint', 'push_to_hub', 'hub_model_id', 'hub_private_repo', 'hub_strategy'] as const

/** All settings by name, the model and the data by theirs on the Hub or without their folders. What is not given is left out. */
export function sharedSettings(settings: Settings, { base, data }: Pick<RunFacts, 'base' | 'data'>): Record<string, unknown> {
  const named = { ...settings, model_name_or_path: base.name, dataset: data.name }
  return Object.fromEntries(Object.entries(named).filter(([name, value]) => !(ours as readonly string[]).includes(name) && value !== null && !isPath(value)))
}

function isPath(value: unknown): boolean {
  return [value].flat().some((each) => typeof each === 'string' && /^(?:[\\/]|[A-Za-z]:[\\/])/.test(each))
}
