/** Ctrl-C as a wish to stop well: the first one asks, the second one ends the process as the system does by default. */
import { constants } from 'node:os'

export interface StopSignal {
  signal: AbortSignal
  /** The exit status of a process that stopped for it: 130 after Ctrl-C. */
  exitCode(): number
  dispose(): void
}

/** Listens for SIGINT and SIGTERM; `onStop` is called at the first. */
export function listenForStop(onStop: () => void): StopSignal {
  const controller = new AbortController()
  let exitCode = 128 + constants.signals.SIGINT
  function stop(name: NodeJS.Signals): void {
    exitCode = 128 + constants.signals[name]
    // without a listener the next signal ends the process at once, native threads and all
    dispose()
    controller.abort()
    onStop()
  }
  function dispose(): void {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { signal: controller.signal, exitCode: () => exitCode, dispose }
}
