/** What a person asks of a training while a step is under way; the loop looks at it after each step. */
export class Wishes {
  #save = false
  #pause = new AbortController()
  #onResume = () => {}

  /** Aborted while a pause is wanted: another one after each resume. */
  get pausing(): AbortSignal {
    return this.#pause.signal
  }

  save(): void {
    this.#save = true
  }

  pause(): void {
    this.#pause.abort()
  }

  resume(): void {
    if (this.pausing.aborted) this.#pause = new AbortController()
    this.#onResume()
  }

  /** What is to be done after this step; a checkpoint in either case. */
  take(): 'save' | 'pause' | undefined {
    const wish = this.pausing.aborted ? 'pause' : this.#save ? 'save' : undefined
    this.#save = false
    return wish
  }

  /** Resolves when no pause is wanted any more, or the training is to stop. */
  async resumed(signal: AbortSignal): Promise<void> {
    if (!this.pausing.aborted || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#onResume = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
