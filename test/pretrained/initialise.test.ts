import { expect, test } from 'vitest'
import { FreshParameters } from '../../src/pretrained/initialise.ts'

function filled(fresh: FreshParameters, length: number, beginning: 'normal' | 'zeros' | 'ones'): number[] {
  const target = new Float32Array(length).fill(7)
  fresh.fill(target, beginning, 'weight')
  return [...target]
}

// transformers 5.23 with torch 2.15: set_seed(42), then AutoModelForSequenceClassification of a DistilBERT 384 wide for 4 labels.
test('a new head is the one that transformers draws from the same seed', () => {
  const fresh = new FreshParameters(42, 0.02)
  const near = (values: number[], expected: number[]) => values.slice(0, 4).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3))
  near(filled(fresh, 384 * 384, 'normal'), [0.0385, 0.0297, 0.0180, -0.0421])
  expect(filled(fresh, 384, 'zeros')).toEqual(new Array(384).fill(0))
  near(filled(fresh, 4 * 384, 'normal'), [-0.0183, -0.0306, -0.0146, -0.0182])
})

test('biases are zeros and LayerNorm weights ones', () => {
  const fresh = new FreshParameters(1, 0.02)
  expect(filled(fresh, 3, 'zeros')).toEqual([0, 0, 0])
  expect(filled(fresh, 3, 'ones')).toEqual([1, 1, 1])
})

test('another seed draws another head', () => {
  expect(filled(new FreshParameters(1, 0.02), 32, 'normal')).not.toEqual(filled(new FreshParameters(2, 0.02), 32, 'normal'))
})
