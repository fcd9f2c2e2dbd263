import { hostTests } from './hostTests.ts'

await hostTests('untrusted', { isTrusted: false })
