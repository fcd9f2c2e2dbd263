import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/e2e/**/*.journey.ts'], testTimeout: 240_000, fileParallelism: false } })
