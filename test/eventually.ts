import { vi } from 'vitest'

/** Waits until the assertion holds, for as long as a busy machine may need. */
export async function eventually(assertion: () => unknown): Promise<void> {
  await vi.waitFor(assertion, { timeout: 20_000, interval: 20 })
}
