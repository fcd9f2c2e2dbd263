/** Events of a run as its page hears them: with names, not with where things lie. What went wrong is told in its own words. */
import type { RunEvent } from '../protocol/events.ts'

export function pageEvents(events: readonly RunEvent[]): RunEvent[] {
  return events.map((event) => {
    switch (event.type) {
      case 'queued': return { ...event, behind: event.behind && nameOf(event.behind) }
      case 'end': return { ...event, resume_command: undefined }
      default: return event
    }
  })
}

/** Of a run: its folder's, which may be of another system. */
function nameOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1)!
}
