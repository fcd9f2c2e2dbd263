import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.journey.ts'],
    globalSetup: 'test/e2e/install.ts',
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    retry: 0,
    expect: { poll: { timeout: 120_000, interval: 100 } },
  },
})
