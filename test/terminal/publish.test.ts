/**
 * From a terminal to the Hub and back: signed in with a code, trained, published at the end, published again, signed out. Secrets, the home
 * folder and its owner's name are searched for in everything that was said, written, sent or handed to a process meanwhile.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'
import { sha256 } from '../hub/uploads.ts'
import { Leaks } from '../leaks.ts'
import { Place, program, type Ended } from './finetune.ts'

const owner = 'canary-owner-mara'
const place = new Place(owner)
let hub: LocalHub
let env: Record<string, string>
let leaks: Leaks

beforeAll(async () => {
  hub = await startHub()
  const oauth = oauthOf(hub)
  oauth.intervalSeconds = 0.1
  oauth.applications.push({ clientId: 'terminal', redirectUris: [] })
  hub.addAccount('mara', 'hf_of_mara_herself')
  env = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '0', HF_DEVICE_CODE_OAUTH_CLIENT_ID: 'terminal' }
  leaks = new Leaks(hub, owner)
})
afterAll(async () => {
  leaks.stop()
  place.remove()
  await hub.close()
})

async function finetune(...args: string[]): Promise<Ended> {
  const ended = await place.finetune(args, { env })
  return heard(ended)
}

function heard(ended: Ended): Ended {
  leaks.say('terminal', ended.stdout + ended.stderr)
  return ended
}

const training = ['train', '--push_to_hub', '--hub_model_id', 'my-news', '--num_train_epochs', '1', '--max_train_samples', '64', '--max_eval_samples', '32', '--output_dir', 'run']

test('without an account nothing is trained that is to be published', async () => {
  expect(await finetune(...training)).toMatchObject({ code: 1, stderr: expect.stringContaining('run finetune login') })
  expect(readdirSync(place.folder)).toEqual([])
})

test('signed in with a code', async () => {
  const login = place.start(['login'], { env })
  await login.until(/enter the code/)
  const [device] = oauthOf(hub).devices
  oauthOf(hub).answer(device!.userCode, { allowed: hub.accounts[0]! })
  expect(heard(await login.ended)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Signed in as mara.') })
  expect(await finetune('whoami')).toMatchObject({ code: 0, stdout: expect.stringContaining('mara\n') })
})

test('a run is published when it is finished: on the Hub are its files, and what they say is valid', async () => {
  expect(await finetune(...training)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Published, private: .+\/mara\/my-news \(commit [0-9a-f]{8}\)$/m) })
  const files = hub.repositories.find(({ id }) => id === 'mara/my-news')!.refs.get('main')!.files
  expect([...files.keys()].sort()).toEqual(['.gitattributes', 'README.md', 'config.json', 'model.safetensors', 'onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json', 'training_settings.json'])
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']) {
    expect(sha256(files.get(name)!.content as Uint8Array), name).toBe(sha256(readFileSync(place.path('run', name))))
  }
}, 120_000)

test('what is there is shown before it is written over, and only by who names its last commit', async () => {
  const again = ['publish', 'run', '--hub_model_id', 'my-news']
  const refused = await finetune(...again, '--dry_run')
  expect(refused.stdout).toMatch(/^To .+\/mara\/my-news, which is there, private, with the last commit [0-9a-f]{8}:\n {2}README\.md +\d+ kB\n/)
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('No rows of data.'), stderr: expect.stringContaining('--parent_commit') })
  const [, commit] = /--parent_commit ([0-9a-f]{40})/.exec(refused.stderr)!
  expect((await finetune(...again, '--dry_run', '--example_rows', '--parent_commit', commit!)).stdout).toContain('Rows of data: 4, as examples in the card.')
  expect(await finetune(...again, '--parent_commit', commit!)).toMatchObject({ code: 0, stdout: expect.stringContaining('Published') })
})

test('a run whose repository is taken is refused before it is trained', async () => {
  expect(await finetune(...training.slice(0, -1), 'another')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is a repository mara/my-news') })
})

test('no secret, no home and no owner\'s name anywhere but in Hugging Face\'s own files', async () => {
  const tokenFiles = [join(place.home, 'token'), join(place.home, 'stored_tokens')]
  expect(readFileSync(tokenFiles[0]!, 'utf8')).toMatch(/^hf_oauth_/)
  expect(hub.secrets.size).toBeGreaterThan(4)
  expect(leaks.processesOf(program)).toBeGreaterThan(2)
  expect(leaks.ofSecrets([dirname(place.home), place.folder], tokenFiles)).toEqual([])
  const { repositories, seen } = hub
  expect([repositories.length, seen.length > 10]).toEqual([1, true])
  expect(leaks.ofPerson([owner, place.home, place.folder])).toEqual([])
})

test('signed out, the token is gone', async () => {
  expect(await finetune('logout')).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed out') })
  expect(await finetune('whoami')).toMatchObject({ code: 1 })
  expect(leaks.ofSecrets([dirname(place.home)])).toEqual([])
})
