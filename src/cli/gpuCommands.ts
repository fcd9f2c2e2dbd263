import type { Command } from 'commander'
import { listenForStop } from './stopSignal.ts'

/** Adds `gpu` with its commands to a program. */
export function addGpuCommands(program: Command): void {
  const { stdin, stdout } = process
  const gpu = program.command('gpu').description('Train on an NVIDIA GPU: what that needs is fetched once, and kept for this user.')

  gpu.command('install')
    .description('Check driver and card, fetch what is missing, and try it with a small training step.')
    .option('--index_url <address>', 'the Python package index to fetch from (that of pip or uv on this machine when not given)')
    .option('--reuse <folder...>', 'more Python environments whose NVIDIA libraries may be used, beside the active one and .venv or venv here')
    .option('--yes', 'fetch without asking')
    .action(async ({ index_url: indexUrl, reuse = [], yes = false }) => {
      const { installGpu } = await import('./gpu.ts')
      const stop = listenForStop(() => process.exit(stop.exitCode()))
      await installGpu({ indexUrl, reuse, yes, input: stdin, output: stdout, signal: stop.signal }).finally(() => stop.dispose())
    })

  gpu.command('status')
    .description('Show whether trainings use a GPU, and if not, why.')
    .action(async () => {
      const { gpuStatus } = await import('./gpu.ts')
      await gpuStatus(stdout)
    })

  gpu.command('check')
    .description('Train a few steps on the GPU and on the CPU: losses, times, what ran where.')
    .option('--device <device>', 'cuda or webgpu', 'cuda')
    .action(async ({ device }) => {
      const { checkInstalledGpu } = await import('./gpu.ts')
      await checkInstalledGpu(device === 'webgpu' ? 'webgpu' : 'cuda', stdout)
    })

  gpu.command('remove')
    .description('Remove what was fetched: trainings use the CPU then.')
    .action(async () => {
      const { removeGpu } = await import('./gpu.ts')
      await removeGpu(stdout)
    })
}
