/** A part of the bench: what it measured, and that for people. */
export interface Measurement {
  report: object
  text: string
}

/** Where and on what all parts measure. */
export interface Place {
  /** The two processors, as `taskset` names them. */
  cpus: string
  device: 'cpu' | 'cuda'
  python: string
  /** Of prepare.py: the folder `model`, the rows `train.jsonl`. */
  folder: string
  /** The shared data. */
  data: string
  say(what: string): void
}
