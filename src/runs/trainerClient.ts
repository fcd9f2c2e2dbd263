/**
 * What a window knows of trainers: it starts them, speaks with them and reads what they write. No native code is loaded here, and
 * nothing that a run folder says is believed: trainers are found in a folder of this user's alone.
 */
import type { RunEvent } from '../protocol/events.ts'
import type { Settings } from '../protocol/settings.ts'

export interface StartOptions {
  /** `dist/trainer.js` of this version. */
  program: string
  /** One core stays free for the person where there are more than two. */
  leaveOneCoreFree: boolean
  /** Aborting before the run has begun ends the trainer; afterwards it changes nothing. */
  signal?: AbortSignal
}

export interface StartedTrainer {
  /** The run folder, without links: as `listRuns` names it. */
  folder: string
  pid: number
  /** `already finished`: the folder holds a finished run with these settings, and the trainer has ended. */
  outcome: 'begun' | 'already finished'
}

/**
 * Starts a trainer that outlives this process, and waits until its run has begun: it may be queued then (event `queued`).
 * @throws UserError what the trainer found wrong with settings, data or model, or `trainer.died` with its log
 */
export declare function startTrainer(settings: Settings, options: StartOptions): Promise<StartedTrainer>

/** Commands to one trainer. Each is answered once it is taken note of; what then happens is told by the run's events. */
export interface TrainerConnection {
  readonly pid: number
  /** Checkpoint after the step under way, then the end. */
  stop(): Promise<void>
  /** Checkpoint after the step under way, then nothing until `resume`; after ten minutes the device goes to the next in the queue. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Checkpoint after the step under way. */
  save(): Promise<void>
  /** Resolves when the trainer ended, or the connection was closed. Never rejects. */
  readonly closed: Promise<void>
  /** Lets go: the trainer goes on. */
  close(): void
}

/**
 * Connects to the process that trains in a run folder: a trainer, or `finetune train` in a terminal.
 * Undefined where none is.
 */
export declare function connectTrainer(folder: string): Promise<TrainerConnection | undefined>

/**
 * Ends a trainer that does not answer, as `kill -9` does; the run can be resumed.
 * @returns false where no process is there that is certainly that trainer: nothing is signalled then
 */
export declare function killTrainer(folder: string): Promise<boolean>

/** The file with what the last trainer of a run printed: the cause of a crash. Undefined where none is known. */
export declare function trainerLog(folder: string): Promise<string | undefined>

/**
 * Reads a run's events from its beginning, then those that come, until `signal` aborts: at once where the system tells of changes,
 * otherwise within a second. A run that begins anew in the same folder is told by `onEvents` with `restarted`.
 */
export declare function tailEvents(folder: string, onEvents: (events: RunEvent[], restarted: boolean) => void, signal: AbortSignal): Promise<void>
