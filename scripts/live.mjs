// Asks the real Hub what the local Hub of the tests is held to (test/hub/contract.test.ts): a person does, with their own token in HF_TOKEN,
// which may write. It makes one private repository, `finetune-contract-…`, under that person's name, and deletes it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))
if (process.env.CI) throw new Error('the real Hub is never asked in CI')
if (!process.env.HF_TOKEN) throw new Error('put a token with write access of your own into HF_TOKEN: one is made at https://huggingface.co/settings/tokens')
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'fast', '--reporter', 'verbose', 'test/hub/contract.test.ts']
process.exitCode = spawnSync(process.execPath, vitest, { stdio: 'inherit', env: { ...process.env, FINETUNE_LIVE: '1' } }).status ?? 1
