import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { shared } from '../shared.ts'
import { run } from './run.ts'

const families = ['roberta', 'xlm-roberta', 'electra', 'mpnet', 'albert', 'deberta-v2', 'modernbert']
const pairs = [['packed', 'wasm'], ['padded', 'onnx'], ['packed', 'onnx'], ['padded', 'wasm']]

describe.skipIf(!shared).each(families)('%s', (family) => {
  test.each(pairs)('follows torch: %s, %s', async (layout, optimizer) => {
    const { code, lines } = await run('--layout', layout, '--optimizer', optimizer, join(shared!, 'golden', family))
    expect(lines.join('\n')).toMatch(/^PASS/)
    expect(code).toBe(0)
  })
})
