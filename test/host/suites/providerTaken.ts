// In a window where another extension already signs in to Hugging Face.
import { runMocha } from '../mochaRun.ts'

export function run(): Promise<void> {
  return runMocha(() => import('../tests/providerTaken.ts'))
}
