// In a window whose workspace is not trusted.
import { runMocha } from '../mochaRun.ts'

export function run(): Promise<void> {
  return runMocha(() => import('../tests/untrusted.ts'))
}
