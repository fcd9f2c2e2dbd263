/** How a call of fineTune ended; a failure is thrown. */
export interface RunResult {
  /** `already finished`: the run folder holds a finished run with equal settings, nothing was done. */
  outcome: 'finished' | 'stopped' | 'already finished'
  /** Of one that is already finished: whether labels of its data were corrected since it began, which it has not learnt. */
  isCorrectedSince?: boolean
}
