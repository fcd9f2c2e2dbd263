import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Company } from '../../src/trainer/company.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** A window's connection, and how it ends. */
function connection(): { closed: Promise<void>, close: () => void } {
  let close = () => {}
  return { closed: new Promise<void>((resolve) => { close = resolve }), close: () => close() }
}

test('a run stops a while after the last window is gone, not after the first', async () => {
  const onAlone = vi.fn()
  const company = new Company(onAlone, 1000)
  const [one, other] = [connection(), connection()]
  company.join(one.closed)
  company.join(other.closed)
  one.close()
  await vi.advanceTimersByTimeAsync(5000)
  expect(onAlone).not.toHaveBeenCalled()
  other.close()
  await vi.advanceTimersByTimeAsync(999)
  expect(onAlone).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(onAlone).toHaveBeenCalledTimes(1)
})

test('a window that is reloaded comes back in time', async () => {
  const onAlone = vi.fn()
  const company = new Company(onAlone, 1000)
  const [before, after] = [connection(), connection()]
  company.join(before.closed)
  before.close()
  await vi.advanceTimersByTimeAsync(900)
  company.join(after.closed)
  await vi.advanceTimersByTimeAsync(5000)
  expect(onAlone).not.toHaveBeenCalled()
})

test('a window that no longer minds says so for all', async () => {
  const onAlone = vi.fn()
  const company = new Company(onAlone, 1000)
  const [one, other] = [connection(), connection()]
  company.join(one.closed)
  company.join(other.closed)
  company.dissolve()
  one.close()
  other.close()
  await vi.advanceTimersByTimeAsync(5000)
  expect(onAlone).not.toHaveBeenCalled()
})
