/** What a person asks of a training while a step is under way; the loop looks at it after each step. */
export class Wishes {
  #save = false
  #pause = false
  #onResume = () => {}

  save(): void {
    this.#save = true
  }

  pause(): void {
    this.#pause = true
  }

  resume(): void {
    this.#pause = false
    this.#onResume()
  }

  /** What is to be done after this step; a checkpoint in either case. */
  take(): 'save' | 'pause' | undefined {
    const wish = this.#pause ? 'pause' : this.#save ? 'save' : undefined
    this.#save = false
    return wish
  }

  /** Resolves when no pause is wanted any more, or the training is to stop. */
  async resumed(signal: AbortSignal): Promise<void> {
    if (!this.#pause || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#onResume = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
