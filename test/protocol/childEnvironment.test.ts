import { expect, test } from 'vitest'
import { childEnvironment } from '../../src/protocol/childEnvironment.ts'

test('a child gets the environment without tokens and without options of this process', () => {
  const env = { PATH: '/bin', HF_TOKEN: 'hf_1', hf_token: 'hf_2', HUGGING_FACE_HUB_TOKEN: 'hf_3', HF_HOME: '/hf', NODE_OPTIONS: '--inspect' }
  expect(childEnvironment(env)).toEqual({ PATH: '/bin', HF_HOME: '/hf' })
})
