/**
 * What package.json contributes, by name: the code registers exactly these (the types ask for each), and a test compares them with
 * package.json. All begin with `finetune.` there.
 */
export const commandNames = [
  'fineTuneNews',
  'fineTuneFile',
  'classifySelection',
  'classifyFile',
  'useModelFolder',
  'chooseModel',
  'openRun',
  'pause',
  'stop',
  'resume',
  'useForClassification',
  'publish',
  'openOnHub',
  'signIn',
  'showLog',
  'refresh',
] as const
export type CommandName = (typeof commandNames)[number]

/** Context keys that `when` clauses may ask for. */
export const contextKeys = ['hasRuns', 'isTraining', 'canPause', 'hasUnfinished', 'isUnsupported'] as const
export type ContextKey = (typeof contextKeys)[number]
