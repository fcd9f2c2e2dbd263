import { expect, test } from 'vitest'
import { checkFailure } from '../../src/gpu/checkFailure.ts'

test.each([
  ['ONNX Runtime, CreateSessionFromArray: CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0', 'gpu.driver-old', 'install driver 580'],
  ['CUDA failure 100: no CUDA-capable device is detected ; GPU=-1', 'gpu.no-device', 'nvidia-smi'],
  ['cuInit: CUDA_ERROR_NO_DEVICE', 'gpu.no-device', 'nvidia-smi'],
  ['CUDA failure 999: unknown error ; GPU=0 ; hostname=x ; file=cuda_call.cc', 'gpu.driver-fails', 'restart the computer'],
  ['CUDA failure 209: no kernel image is available for execution on the device', 'gpu.no-kernel', '--device webgpu'],
  ['CUDA failure 2: out of memory ; GPU=0', 'gpu.no-memory', 'end other programs'],
  ['BFCArena: Failed to allocate memory for requested buffer of size 67108864', 'gpu.no-memory', 'end other programs'],
  ['/home/me/.venv/lib/libcublas.so.13: Failed to load shared library: libcublasLt.so.13: cannot open shared object file: No such file or directory', 'gpu.library-missing', 'libcublasLt.so.13'],
  ['Error loading "onnxruntime_providers_cuda.dll": LoadLibrary failed with error 126', 'gpu.library-missing', 'set the GPU up again'],
  ["libonnxruntime.so: /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.27' not found (required by libonnxruntime.so)", 'gpu.system-old', 'glibc 2.28'],
  ['something else', 'gpu.check-failed', 'trainings stay on the CPU'],
])('%s: a person is told what to do', (reason, code, next) => {
  const error = checkFailure(reason)
  expect(error.code).toBe(code)
  expect(error.message).toContain(next)
  expect(error.message).toContain(reason)
})
