import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, openPretrained } from '../../src/pretrained/pretrained.ts'
import { shared } from '../shared.ts'
import { modelFolder, safetensorsOf, temporaryFolder, userError } from './checkpoint.ts'

const weights = { 'model.safetensors': safetensorsOf({ a: [2] }) }

test('config and weights are opened', async () => {
  const folder = modelFolder({ model_type: 'bert', hidden_size: 4 }, weights)
  const pretrained = await openPretrained(folder)
  expect(pretrained).toMatchObject({ folder, config: { model_type: 'bert', hidden_size: 4 } })
  expect(pretrained.weights.names()).toEqual(['a'])
})

test.each(['distilbert/distilbert-base-uncased', './no-such-folder', '/no/such/folder', 'no/such/folder', 'C:\\no\\folder'])('%s is a missing folder', async (path) => {
  expect(await userError(() => openPretrained(path))).toMatchObject({ code: 'model.folder-missing', args: { path } })
})

test('a file is not a folder', async () => {
  expect(await userError(() => openPretrained('package.json'))).toMatchObject({ code: 'model.not-a-folder' })
})

test('a config.json that is missing, no JSON, or of no model', async () => {
  expect(await userError(() => openPretrained(temporaryFolder()))).toMatchObject({ code: 'model.config-missing' })
  const folder = modelFolder({}, weights)
  expect(await userError(() => openPretrained(folder))).toMatchObject({ code: 'model.type-missing', args: { file: join(folder, 'config.json') } })
  for (const content of ['{"model_type": "bert"', '"bert"', '[]', 'null', '']) {
    writeFileSync(join(folder, 'config.json'), content)
    expect(await userError(() => openPretrained(folder))).toMatchObject({ code: 'model.json-malformed', args: { file: join(folder, 'config.json') } })
  }
})

test('the fingerprint changes with every byte that training starts from, and with nothing else', async () => {
  const folder = modelFolder({ model_type: 'bert' }, { ...weights, 'tokenizer.json': '{}', 'README.md': 'words' })
  const print = async (): Promise<string> => fingerprint(await openPretrained(folder))
  const first = await print()
  writeFileSync(join(folder, 'README.md'), 'other words')
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  expect(await print()).toBe(first)
  expect(await fingerprint(await openPretrained(copy))).toBe(first)
  const seen = new Set([first])
  for (const name of ['config.json', 'tokenizer.json']) {
    writeFileSync(join(folder, name), `${readFileSync(join(folder, name), 'utf8')}\n`)
    seen.add(await print())
  }
  const bytes = readFileSync(join(folder, 'model.safetensors'))
  bytes[bytes.length - 1] ^= 1
  writeFileSync(join(folder, 'model.safetensors'), bytes)
  seen.add(await print())
  rmSync(join(folder, 'tokenizer.json'))
  seen.add(await print())
  expect(seen.size).toBe(5)
})

test.skipIf(!shared).each([['models/news-mini', 'F16', 36], ['models/minilm-l6-as-distilbert', 'F32', 105], ['golden/bert', 'F32', 41], ['golden/modernbert', 'F32', undefined]])(
  'the real folder %s opens', async (name, dtype, count) => {
    const { weights: real } = await openPretrained(join(shared!, name))
    if (count !== undefined) expect(real.names()).toHaveLength(count)
    expect(new Set(real.names().map((tensor) => real.entry(tensor)!.dtype))).toEqual(new Set([dtype]))
  })
