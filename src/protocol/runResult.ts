/** How a call of fineTune ended; a failure is thrown. */
export interface RunResult {
  /** `already finished`: the run folder holds a finished run with equal settings, nothing was done. */
  outcome: 'finished' | 'stopped' | 'already finished'
}
