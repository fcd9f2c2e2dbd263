import { expect, test } from 'vitest'
import { currentEnvironment, environmentDifference, environmentSchema } from '../../src/runs/environment.ts'
import { details } from './sample.ts'

const before = details.environment

test('this process has an environment', () => {
  const environment = currentEnvironment({ device: 'cpu', threads: 2, finetune: '0.1.0', onnxruntime: '1.30.0' })
  expect(environmentSchema.parse(environment)).toEqual(environment)
  expect(environmentDifference(environment, environment)).toEqual([])
})

test('what differs is named with both values', () => {
  const now = { ...before, threads: 4, cpu: 'Another', versions: { ...before.versions, onnxruntime: '1.31.0' } }
  expect(environmentDifference(before, now)).toEqual(['threads: 2 → 4', 'cpu: A processor → Another', 'onnxruntime: 1.30.0 → 1.31.0'])
})

test('of Node only the major version counts', () => {
  const node = (version: string) => ({ ...before, versions: { ...before.versions, node: version } })
  expect(environmentDifference(before, node('20.0.0'))).toEqual([])
  expect(environmentDifference(before, node('22.1.0'))).toEqual(['node: 20 → 22'])
})
