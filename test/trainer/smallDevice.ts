import type { Device } from '../../src/runtime/device.ts'
import { OrtError } from '../../src/runtime/ortApi.ts'
import type { Session } from '../../src/runtime/session.ts'
import { device } from '../graph/run.ts'

/** A device whose memory suffices for so many rows of training at once: beyond it fails as ONNX Runtime does on CUDA. */
export function smallDevice(most: number, failing: 'loss' | 'result' = 'loss'): Device {
  const words = 'Non-zero status code returned while running Gemm node. Status Message: /onnxruntime/core/framework/bfc_arena.cc:404 void* onnxruntime::BFCArena::AllocateRawInternal(...) Failed to allocate memory for requested buffer of size 1073741824\n'
  function load(...args: Parameters<Device['load']>): Session {
    const session = device.load(...args)
    const bind = session.bind.bind(session)
    session.bind = () => {
      const binding = bind()
      const bound = { rows: 0, outputs: new Set<string>() }
      const [input, output, run] = [binding.input.bind(binding), binding.output.bind(binding), binding.run.bind(binding)]
      binding.input = (name, tensor) => ((bound.rows = name === 'targets' ? tensor.shape[0] : bound.rows), input(name, tensor))
      binding.output = (name, tensor) => (bound.outputs.add(name), output(name, tensor))
      binding.run = async () => {
        await run()
        if (bound.outputs.has(failing) && bound.rows > most - (failing === 'result' ? 1 : 0)) throw new OrtError('RunWithBinding', words)
      }
      return binding
    }
    return session
  }
  return { ...device, load }
}
