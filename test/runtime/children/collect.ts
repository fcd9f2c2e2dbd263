/** Runs thousands of times on tensors that nobody but the binding holds, collecting garbage before and during runs. */
import { compile } from '../../../src/graph/onnx.ts'
import { add, input, mul, parameter } from '../../../src/graph/operators.ts'
import { device } from '../../graph/run.ts'
import { tensorOf } from '../../graph/tensors.ts'

const runs = 3000
const x = input('x', 'float32', ['n'])
const session = device.load(compile({ y: add(mul(x, 2), parameter('p', [1])) }).bytes)

/** A binding whose inputs are held by nothing else. */
function bind(value: number) {
  return session.bind().input('p', device.tensor(tensorOf('float32', [value])))
}

/** Memory that takes the place of what was freed. */
function litter(): Float32Array[] {
  return Array.from({ length: 50 }, () => new Float32Array(64).fill(NaN))
}

const bindings = Array.from({ length: 20 }, (_, i) => bind(i))
let wrong = 0
for (let run = 0; run < runs; run++) {
  const binding = bindings[run % bindings.length]
  const length = 1 + run % 300
  const y = tensorOf('float32', new Float32Array(length))
  binding.input('x', device.tensor(tensorOf('float32', new Float32Array(length).fill(run)))).output('y', device.tensor(y))
  if (run % 10 === 0) gc!()
  litter()
  const running = binding.run()
  if (run % 10 === 5) gc!()
  await running
  if (!y.data.every((value) => value === 2 * run + run % bindings.length)) wrong++
}
console.log(JSON.stringify({ runs, wrong }))
