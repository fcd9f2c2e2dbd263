// What runs in the VS Code of the journeys and is no test: `npm run screenshots`, `npm run bench:editor`.
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/e2e/screenshots.ts', 'bench/editor.ts'], globalSetup: 'test/e2e/install.ts', testTimeout: 600_000 } })
