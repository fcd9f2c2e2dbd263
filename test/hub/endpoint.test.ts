/** With HF_ENDPOINT set nothing else is asked: every request of a run and of a prediction passes a proxy, which writes down to whom. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startHub } from './hub.ts'
import { startNamesProxy } from './namesProxy.ts'

test('a run by names and a prediction by name ask the endpoint alone, and where it redirects to', async () => {
  const home = mkdtempSync(join(tmpdir(), 'finetune-endpoint-'))
  const [hub, proxy] = await Promise.all([startHub(), startNamesProxy()])
  onTestFinished(async () => {
    proxy.close()
    await hub.close()
    rmSync(home, { recursive: true })
  })
  hub.hostname = 'localhost'
  await hub.add('model', 'acme/mini', 'embedded/news-mini')
  await hub.add('dataset', 'acme/news', 'embedded/news-sample')
  const { HTTP_PROXY } = proxy.variables
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: home, HF_HOME: home, HF_TOKEN: undefined, HF_HUB_OFFLINE: undefined, HF_ENDPOINT: hub.endpoint, ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => [[name, HTTP_PROXY], [name.toLowerCase(), HTTP_PROXY]])), NO_PROXY: '', no_proxy: '' }
  const finetune = (...words: string[]) => promisify(execFile)(process.execPath, ['dist/finetune.js', ...words], { env })
  const run = join(home, 'run')
  await finetune('train', '--model', 'acme/mini', '--dataset', 'acme/news', '--output_dir', run, '--max_steps', '1')
  await hub.add('model', 'acme/finished', run)
  await finetune('predict', '--model', 'acme/finished', 'The home team won.')
  // The storage of the local Hub is at 127.0.0.1.
  expect([...proxy.asked].sort()).toEqual(['127.0.0.1', 'localhost'])
})
