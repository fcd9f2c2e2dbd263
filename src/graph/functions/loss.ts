import { exp, log, mul, neg, reduceSum, sigmoid, softmax, sub, withGradient } from '../operators.ts'
import { known } from '../shapes.ts'
import type { Tensor } from '../tensor.ts'
import { softplus } from './activations.ts'

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

/**
 * torch's BCEWithLogitsLoss, a sum of weight · mean over labels: Σ ln(1 + eˣ) − x t.
 * logits, targets: [batch, labels]; weight: a scalar, 1/n for a mean over rows. dlogits = weight/labels (σ(x) − t).
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, weight: Tensor): Tensor {
  const factor = perLabel(weight, logits)
  const loss = mul(reduceSum(sub(softplus(logits), mul(logits, targets)), [0, 1]), factor)
  return withGradient(loss, [logits], (dy) => [mul(sub(sigmoid(logits), targets), mul(dy, factor))])
}

/** torch's MSELoss, a sum of weight · mean over outputs: Σ (x − t)², as in `binaryCrossEntropy`. */
export function meanSquaredError(logits: Tensor, targets: Tensor, weight: Tensor): Tensor {
  const difference = sub(logits, targets)
  return mul(reduceSum(mul(difference, difference), [0, 1]), perLabel(weight, logits))
}

function perLabel(weight: Tensor, { shape }: Tensor): Tensor {
  return mul(weight, 1 / known(shape, 1))
}
