import { asFloat32, autocast, type Half } from '../graph/autocast.ts'
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../graph/functions/loss.ts'
import { compile, type CompiledModel } from '../graph/onnx.ts'
import { add, input, mul } from '../graph/operators.ts'
import { gradients } from '../graph/reverse.ts'
import { madeBy, type Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import type { DropoutSite, LookupKind } from './layouts/layout.ts'
import { packed } from './layouts/packed.ts'
import { padded, paddedInputs } from './layouts/padded.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { NamedShape } from '../pretrained/parameters.ts'
import { parametersOf, parameterTensors } from './parameterList.ts'

/** In how many groups by length the packed layout has a batch's texts in attention on the CPU: with more, what is saved is little. */
const groupsOnCpu = 3

export type LayoutName = 'packed' | 'padded'

/** A parameter that training changes. A table has a gradient for the rows that a batch looks up by `lookup`. */
export interface TrainedParameter extends NamedShape {
  lookup?: LookupKind
}

/** Forward and backward pass of a model as one ONNX model: batch inputs, parameters and `targets` to `loss` and gradients. */
export interface TrainingGraph {
  model: CompiledModel
  /** The tensors that the model computes. */
  outputs: Readonly<Record<string, Tensor>>
  parameters: readonly TrainedParameter[]
  sites: readonly DropoutSite[]
  /** Whether `loss_scale` is one of its inputs. */
  scalesLoss: boolean
  /** In how many groups by length its batches are to come, where the layout is packed. */
  attentionGroups: number
}

/** Name of the output that is the gradient of a parameter. */
export function gradientOf(parameter: string): string {
  return `gradient:${parameter}`
}

/** How transformers' classes train for each problem type; `targets` [batch, labels] and `weight` [] are batch inputs. */
function lossOf(problemType: ProblemType, logits: Tensor, targets: Tensor): Tensor {
  switch (problemType) {
    case 'single_label_classification': return crossEntropy(logits, targets)
    case 'multi_label_classification': return binaryCrossEntropy(logits, targets, input('weight', 'float32', []))
    case 'regression': return meanSquaredError(logits, targets, input('weight', 'float32', []))
  }
}

/** Name of the input that the loss is multiplied with before it is differentiated, a float32 scalar. */
export const lossScale = 'loss_scale'

export interface TrainingGraphOptions {
  /** By default one label for each text. */
  problemType?: ProblemType
  /** Products in half precision. */
  half?: Half
  /** Whether gradients are those of loss · `loss_scale`: small ones then survive half precision. */
  scalesLoss?: boolean
  /**
   * Whether it is made for the CPU, by default. A GPU takes products as they are, has kernels of its own to start
   * for each group, and masks have a way to go there.
   */
  onCpu?: boolean
}

export function trainingGraph(architecture: Architecture, config: unknown, labels: number, layoutName: LayoutName, { problemType = 'single_label_classification', half, scalesLoss = false, onCpu = true }: TrainingGraphOptions = {}): TrainingGraph {
  const attentionGroups = onCpu ? groupsOnCpu : 1
  const layout = layoutName === 'packed' ? packed(true, attentionGroups, onCpu ? 'float32' : 'bool') : padded(paddedInputs(), true)
  const logits = autocast(half, () => architecture.logits(config, labels, layout))
  const loss = lossOf(problemType, asFloat32(logits), input('targets', 'float32', ['batch', labels]))

  const tables = new Map(layout.lookups.filter(({ rows }) => !madeBy(rows, 'Parameter')).map((lookup) => [lookup.table, lookup]))
  const leaves = parameterTensors(loss)
  const parameters = parametersOf(loss).map((parameter) => ({ ...parameter, lookup: tables.get(parameter.name)?.kind }))
  const wanted = parameters.map(({ name }) => (tables.has(name) ? [tables.get(name)!.rows] : leaves.get(name)!))
  const found = gradients(scalesLoss ? mul(loss, input(lossScale, 'float32', [])) : loss, wanted.flat())
  const named = parameters.map(({ name }, i) => [gradientOf(name), found.splice(0, wanted[i].length).reduce(add)])
  const outputs = { loss, ...Object.fromEntries(named) as Record<string, Tensor> }
  return { model: compile(outputs, 'inputs', onCpu), outputs, parameters, sites: layout.sites, scalesLoss, attentionGroups }
}
