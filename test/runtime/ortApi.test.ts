import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadOrtApi, OrtError, table } from '../../src/runtime/ortApi.ts'
import { runChild } from './child.ts'
import type { Outcome } from './children/fail.ts'

interface Golden { functions: Record<string, { place: number; declaration: string }> }

const { functions } = JSON.parse(readFileSync('test/golden/ort-c-api.json', 'utf8')) as Golden

/** The type by which koffi is to pass an argument, from its declaration in C. */
function koffiType(argument: string): string {
  if (argument.includes('_Outptr_')) return '_Out_ void **'
  const type = argument.replace(/\b_\w+_(\(\w+\))?|\bconst\b|\w+$/g, '').replaceAll(' ', '').replace(/^enum/, '')
  if (type === 'ORTCHAR_T*') return process.platform === 'win32' ? 'str16' : 'str'
  if (type === 'char*') return 'str'
  if (type === 'char**') return 'str *'
  if (type === 'OrtValue**') return 'void **'
  if (type === 'size_t*' || type === 'int64_t*') return type.replace('*', ' *')
  if (type === 'size_t') return type
  return type.endsWith('*') ? 'void *' : 'int'
}

function declared(declaration: string): [result: string, argumentTypes: string[]] {
  const status = /^ORT_API2_STATUS\(\w+, (.*)\)$/s.exec(declaration)
  if (status) return ['status', status[1].split(', ').map(koffiType)]
  if (/^ORT_CLASS_RELEASE|^void\(ORT_API_CALL\* Release/.test(declaration)) return ['void', ['void *']]
  return ['str', declaration.includes('OrtStatus') ? ['void *'] : []]
}

test.each(Object.entries(table))('%s is called as onnxruntime_c_api.h declares it', (name, [place, result, argumentTypes]) => {
  expect([result, argumentTypes]).toEqual(declared(functions[name].declaration))
  expect(place).toBe(functions[name].place)
})

test('what ONNX Runtime refuses is an OrtError with its words', () => {
  const api = loadOrtApi()
  const refused = () => api.make('CreateArenaCfgV2', ['no_such_key'], BigUint64Array.of(1n), 1)
  expect(refused).toThrow(OrtError)
  expect(refused).toThrow(/ONNX Runtime, CreateArenaCfgV2: .*no_such_key/)
})

test('an error\'s memory is given back', async () => {
  const { grown, leaked, messages } = await runChild<Outcome>('fail')
  expect(messages).toBe(true)
  expect(grown).toBeLessThan(leaked / 4)
}, 30_000)
