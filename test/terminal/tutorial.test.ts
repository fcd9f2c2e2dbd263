/** Hugging Face's tutorial in a terminal, by names alone: sign in with a token, AG News, DistilBERT, train, publish, predict from the published name. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubNews } from '../../src/protocol/formPresets.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { Leaks } from '../leaks.ts'
import { newsSample, Place, program, type Ended } from './finetune.ts'

const owner = 'canary-owner-ines'
const token = 'hf_of_ines_herself'
const place = new Place(owner)
let hub: LocalHub
let leaks: Leaks
beforeAll(async () => {
  hub = await startHub()
  hub.addAccount('ines', token, { role: 'write' })
  // What is embedded stands in for the real ones, which are large.
  await hub.add('model', hubNews.model, 'embedded/news-mini')
  await hub.add('dataset', hubNews.dataset, newsSample, { formerIds: ['ag_news'] })
  leaks = new Leaks(hub, owner)
})
afterAll(async () => {
  leaks.stop()
  place.remove()
  await hub.close()
})

async function finetune(args: string[], { input, env = {} }: { input?: string, env?: Record<string, string> } = {}): Promise<Ended> {
  const ended = await place.finetune(args, { input, env: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '0', ...env } })
  leaks.say(`finetune ${args[0]}`, ended.stdout + ended.stderr)
  return ended
}

test('login takes a token from a pipe and stores it where Hugging Face\'s CLI does, for this person alone', async () => {
  expect(await finetune(['login', '--with_token'], { input: `${token}\n` })).toMatchObject({ code: 0, stderr: '', stdout: 'Signed in as ines. The token is in ~/token, which Hugging Face\'s own programs use too.\n' })
  expect(readFileSync(join(place.home, 'token'), 'utf8')).toBe(token)
  expect(statSync(join(place.home, 'token')).mode & 0o777).toBe(0o600)
})

test('trained by names, of which one is a former one, each downloaded once', async () => {
  const training = await finetune(['train', '--model_name_or_path', hubNews.model, '--dataset', 'ag_news', '--learning_rate', '3e-4', '--num_train_epochs', '2', '--output_dir', 'run'])
  expect(training).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(hubNews.dataset) })
  const { origins, settings } = JSON.parse(readFileSync(place.path('run/run.json'), 'utf8')) as { origins: object, settings: object }
  expect(origins).toMatchObject({ model: { id: hubNews.model, commit: hub.repositories[0]!.refs.get('main')!.oid }, dataset: { id: hubNews.dataset } })
  expect(settings).toMatchObject({ model_name_or_path: hubNews.model, dataset: ['ag_news'] })
  const bytes = hub.seen.filter(({ method, path }) => method === 'GET' && /\/resolve\//.test(path)).map(({ path }) => path)
  expect(bytes).toEqual([...new Set(bytes)])
}, 120_000)

test('published, and its name classifies', async () => {
  expect(await finetune(['publish', 'run', '--hub_model_id', 'distilbert-ag-news-finetuned'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/Published, private: .+\/ines\/distilbert-ag-news-finetuned /) })
  const text = 'The home team won the championship after a thrilling match.'
  const [named, local] = [await finetune(['predict', '--json', '--model', 'ines/distilbert-ag-news-finetuned', text]), await finetune(['predict', '--json', '--model', 'run', text])]
  expect(named).toMatchObject({ code: 0 })
  expect(JSON.parse(named.stdout)).toEqual(JSON.parse(local.stdout))
  expect(JSON.parse(named.stdout)).toMatchObject({ label: 'Sports' })
  const card = Buffer.from(hub.repositories.at(-1)!.refs.get('main')!.files.get('README.md')!.content as Uint8Array).toString()
  expect(card).toContain(`base_model: ${hubNews.model}\n`)
  expect(card).toContain(`datasets:\n  - ${hubNews.dataset}\n`)
})

test('the token stands in Hugging Face\'s own files alone, and nothing that was said or sent names this person', () => {
  const files = ['token', 'stored_tokens'].map((name) => join(place.home, name))
  expect(leaks.processesOf(program)).toBeGreaterThan(2)
  expect(leaks.ofSecrets([dirname(place.home), place.folder], files)).toEqual([])
  expect(leaks.ofPerson([owner, place.home, place.folder])).toEqual([])
})

test('whoami says which token it is: a variable, a file that a variable names, that of HF_HOME', async () => {
  const elsewhere = join(place.home, 'vault/secret')
  mkdirSync(dirname(elsewhere))
  writeFileSync(elsewhere, token)
  expect((await finetune(['whoami'])).stdout).toContain('token: ~/token ("local"), may write\n')
  expect((await finetune(['whoami'], { env: { HF_TOKEN_PATH: elsewhere } })).stdout).toContain('token: ~/vault/secret, may write\n')
  expect((await finetune(['whoami'], { env: { HF_TOKEN: token, HF_TOKEN_PATH: elsewhere } })).stdout).toContain('token: the variable HF_TOKEN, may write\n')
})
