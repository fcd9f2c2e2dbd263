import { defineConfig } from 'vitest/config'

const fast = {
  extends: true as const,
  test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/witness/**'], globalSetup: 'test/browser.ts', testTimeout: 60_000 },
}

// Asks real Python clients and transformers.js, so it exists only where those were asked for.
const witness = {
  extends: true as const,
  test: { name: 'witness', include: ['test/witness/**/*.test.ts'], globalSetup: 'test/witness/train.ts', testTimeout: 600_000 },
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: process.env.FINETUNE_WITNESS === '1' ? [fast, witness] : [fast],
  },
})
