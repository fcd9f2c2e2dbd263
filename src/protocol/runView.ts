/** A run as its events tell it: the same for a window, a second window, the terminal and a test. */
import type { EndEvent, EvaluateEvent, Notice, Preflight, Progress, RunEvent } from './events.ts'

export interface RunView {
  /** `unfinished`: no end is on record, so the run is going on or its process died. */
  state: 'unfinished' | EndEvent['outcome']
  preflight?: Preflight
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
    case 'preflight': return { ...view, state: 'unfinished', preflight: event, end: undefined }
    case 'notice': return { ...view, notices: [...view.notices, event] }
    case 'progress': return { ...view, progress: event }
    case 'log': return view
    case 'evaluate': return withEvaluations(view, [...view.evaluations, event])
    case 'checkpoint': return { ...view, checkpoints: [...view.checkpoints, event.step] }
    case 'resume': return resumedAt(view, event.step)
    case 'end': return { ...view, state: event.outcome, end: event }
  }
}

/** Forgets what was done after the step from which training goes on: it is done again. */
function resumedAt(view: RunView, step: number): RunView {
  const kept = { ...view, state: 'unfinished' as const, end: undefined, checkpoints: view.checkpoints.filter((saved) => saved <= step) }
  if (kept.progress && kept.progress.step > step) kept.progress = undefined
  return withEvaluations(kept, view.evaluations.filter((evaluation) => evaluation.step <= step))
}

function withEvaluations(view: RunView, evaluations: EvaluateEvent[]): RunView {
  return { ...view, evaluations, best: evaluations.findLast((evaluation) => evaluation.best) }
}
