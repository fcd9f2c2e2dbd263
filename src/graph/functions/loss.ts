import { exp, log, mul, neg, reduceSum, softmax, sub, withGradient } from '../operators.ts'
import type { Tensor } from '../tensor.ts'

/**
 * Cross-entropy summed over rows: −Σ targets · log softmax(logits), a scalar. logits, targets: [batch, labels]; a row of
 * `targets` holds its weight at its label and 0 elsewhere, so rows of weight 1/n make a mean and rows of 0 count nothing.
 *
 * log softmax x = (x − m) − ln Σ e^(x−m) with m = Σ softmax(x) x. As m ≥ max x − ln(labels), nothing overflows; neither LogSoftmax
 * (no WebGPU kernel) nor ReduceMax (needs cuDNN on CUDA) is used. dlogits = softmax(logits) Σ targets − targets.
 */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const probabilities = softmax(logits)
  const shifted = sub(logits, reduceSum(mul(probabilities, logits), [-1], true))
  const logProbabilities = sub(shifted, log(reduceSum(exp(shifted), [-1], true)))
  const loss = neg(reduceSum(mul(targets, logProbabilities), [0, 1]))
  return withGradient(loss, [logits], (dy) => [mul(sub(mul(probabilities, reduceSum(targets, [-1], true)), targets), dy)])
}
