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
  'useHubModel',
  'chooseModel',
  'openRun',
  'runAgain',
  'compareRuns',
  'pause',
  'stop',
  'resume',
  'useForClassification',
  'publish',
  'openOnHub',
  'signIn',
  'hubCache',
  'setUpGpu',
  'deleteRun',
  'showLog',
  'refresh',
] as const
export type CommandName = (typeof commandNames)[number]

/** Steps of the walkthrough, each done once and for all. */
export const milestones = ['hasTrained', 'hasSeenResult', 'hasClassified', 'hasTrainedOnOwnData'] as const
export type Milestone = (typeof milestones)[number]

/** Context keys that `when` clauses may ask for. */
export const contextKeys = ['hasRuns', 'hasSeveralRuns', 'hasPastRuns', 'isTraining', 'canPause', 'hasUnfinished', 'hasFinished', 'hasPublished', 'isUnsupported', ...milestones] as const
export type ContextKey = (typeof contextKeys)[number]

/** Settings, each with its default. */
export const settings = {
  whenWindowCloses: 'continue' as 'continue' | 'stop',
  leaveOneCoreFree: true,
  nodePath: '',
  oauthClientId: '',
  packageIndexUrl: '',
}
export type ContributedSettings = typeof settings
