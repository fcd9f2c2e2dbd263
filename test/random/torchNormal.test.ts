import { expect, test } from 'vitest'
import { TorchNormal } from '../../src/random/torchNormal.ts'
import golden from '../golden/torch_normal.json' with { type: 'json' }

test.each(Object.entries(golden.last24))('torch\'s normal_ after manual_seed(%s), for tensors of every kind of size in turn', (seed, tensors) => {
  const normal = new TorchNormal(Number(seed))
  golden.sizes.forEach((size, i) => {
    const drawn = new Float32Array(size)
    normal.fill(drawn, golden.deviation)
    const difference = Math.max(...tensors[i].map((value, k) => Math.abs(value - drawn[size - tensors[i].length + k])))
    expect(difference).toBeLessThan(5e-8)
  })
})
