/** A run as its events tell it: the same for a window, a second window, the terminal and a test. */
import type { DownloadEvent, EndEvent, EvaluateEvent, Notice, PausedEvent, Preflight, Progress, QueuedEvent, RunEvent } from './events.ts'

export interface RunView {
  /** `unfinished`: no end is on record, so the run is going on or its process died. */
  state: 'unfinished' | EndEvent['outcome']
  /** What comes from the Hub at the moment, before anything else can begin. */
  download?: DownloadEvent
  preflight?: Preflight
  /** Why no step is done at the moment. */
  waiting?: QueuedEvent | PausedEvent
  notices: Notice[]
  progress?: Progress
  evaluations: EvaluateEvent[]
  best?: EvaluateEvent
  /** Steps with a complete checkpoint, ascending. */
  checkpoints: number[]
  end?: EndEvent
}

export const emptyRun: RunView = { state: 'unfinished', notices: [], evaluations: [], checkpoints: [] }

/** The view after all events. */
export function reduceRun(events: Iterable<RunEvent>): RunView {
  let view = emptyRun
  for (const event of events) view = reduceEvent(view, event)
  return view
}

/** The view after one more event; `view` is not changed. */
export function reduceEvent(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'download': return { ...view, state: 'unfinished', download: event, end: undefined }
    case 'preflight': return { ...view, state: 'unfinished', download: undefined, preflight: event, waiting: undefined, end: undefined }
    case 'notice': return { ...view, notices: [...view.notices, event] }
    case 'progress': return { ...upTo(view, event.step - 1), waiting: undefined, progress: event }
    case 'log': return view
    case 'evaluate': return withEvaluations(view, [...view.evaluations, event])
    case 'checkpoint': return { ...view, checkpoints: [...view.checkpoints, event.step] }
    case 'queued': return { ...view, waiting: event.ahead > 0 ? event : undefined }
    case 'paused': return { ...view, waiting: event }
    case 'resume': return { ...upTo(view, event.step), state: 'unfinished', waiting: undefined, end: undefined }
    case 'end': return { ...view, state: event.outcome, download: undefined, waiting: undefined, end: event }
  }
}

/** Forgets what was done after a step: by a process that died, so that it is done again. */
function upTo(view: RunView, step: number): RunView {
  const { progress, evaluations, checkpoints } = view
  const isPast = (event: { step: number } | undefined) => event === undefined || event.step <= step
  if (isPast(progress) && isPast(evaluations.at(-1)) && (checkpoints.at(-1) ?? 0) <= step) return view
  const kept = { ...view, progress: isPast(progress) ? progress : undefined, checkpoints: checkpoints.filter((saved) => saved <= step) }
  return withEvaluations(kept, evaluations.filter(isPast))
}

function withEvaluations(view: RunView, evaluations: EvaluateEvent[]): RunView {
  return { ...view, evaluations, best: evaluations.findLast((evaluation) => evaluation.best) }
}
