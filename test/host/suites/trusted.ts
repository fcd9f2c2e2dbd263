// In a window whose workspace is trusted.
import { runMocha } from '../mochaRun.ts'

export function run(): Promise<void> {
  return runMocha(async () => {
    await import('../tests/activation.ts')
    await import('../tests/contributions.ts')
    await import('../tests/classifyTool.ts')
    await import('../tests/nativeCode.ts')
    await import('../tests/commands.ts')
  })
}
