import { hostTests } from './hostTests.ts'

await hostTests('trusted', { isTrusted: true })
