import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/host/*.suite.ts'], globalSetup: ['test/e2e/install.ts', 'test/host/bundle.ts'], testTimeout: 60_000, fileParallelism: false } })
