/** A trainer as built, whose finished run is to be published: the account comes over its socket, for this once. */
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { readPublishRecord } from '../../src/runs/publishRecord.ts'
import { startTrainer } from '../../src/runs/startTrainer.ts'
import { connectTrainer } from '../../src/runs/trainerClient.ts'
import { startHub } from '../hub/hub.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

const user = ownUserFolder()

test('the finished run waits for an account, is published with it, and its process ends', async () => {
  const hub = await startHub()
  const token = 'hf_given_over_the_socket'
  hub.addAccount('mara', token, { role: 'write' })
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  vi.stubEnv('HF_TOKEN', 'hf_of_the_window')
  const rows = Array.from({ length: 24 }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${i},${['warm', 'cold'][i % 2]}`)
  await writeFile(join(user.folder, 'rows.csv'), `text,label\n${rows.join('\n')}\n`)
  const settings = checkSettings({
    model_name_or_path: resolve('test/golden/distilbert'), dataset: [join(user.folder, 'rows.csv')], output_dir: join(user.folder, 'run'), max_steps: 2, push_to_hub: true, hub_model_id: 'rows',
  })
  const { folder, pid } = await startTrainer(settings, { program: resolve('dist/trainer.js'), leaveOneCoreFree: true })
  const early = (await connectTrainer(folder))!
  await expect(early.publish({ endpoint: hub.endpoint, token }, { token: CancellationToken.None, onProgress: () => {} })).rejects.toMatchObject({ code: 'publish.unfinished' })
  early.close()
  await vi.waitUntil(async () => (await readPublishRecord(folder))?.state === 'pending', { timeout: 50_000, interval: 20 })
  if (process.platform === 'linux') expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('hf_of_the_window')
  const trainer = (await connectTrainer(folder))!
  const giveUp = new CancellationTokenSource()
  const stopped = trainer.publish({ endpoint: hub.endpoint, token }, { token: giveUp.token, onProgress: () => giveUp.cancel() })
  await expect(stopped).rejects.toMatchObject({ code: 'publish.stopped' })
  const shares: number[] = []
  expect(await trainer.publish({ endpoint: hub.endpoint, token }, { token: CancellationToken.None, onProgress: ({ share }) => shares.push(share) })).toBe(`${hub.endpoint}/mara/rows`)
  expect(shares.filter((share) => share > 0.1 && share < 1).length).toBeGreaterThan(0)
  trainer.close()
  expect(await readPublishRecord(folder)).toMatchObject({ state: 'published', repository: 'mara/rows', private: true })
  expect([...hub.repositories[0]!.refs.get('main')!.files.keys()]).toContain('model.safetensors')
  await vi.waitUntil(() => connectTrainer(folder).then((found) => { found?.close(); return found === undefined }), { timeout: 20_000, interval: 20 })
  expect(filesIn(user.folder).filter((path) => /hf_(given|of_the_window)/.test(readFileSync(path, 'latin1')))).toEqual([])
  await hub.close()
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
