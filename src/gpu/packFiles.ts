/**
 * What a GPU pack is made of: wheels of the Python package index, by name and SHA-256, and the files in them that we load. NVIDIA's
 * libraries are named in the order in which each finds those that it needs.
 */
export interface Wheel {
  /** On the index. */
  project: string
  file: string
  sha256: string
  /** About. */
  bytes: number
  /** Names of files in it, without their folders. */
  wanted: readonly string[]
}

export interface PackFiles {
  /** The library of ONNX Runtime itself; its providers lie beside it. */
  onnxruntime: string
  /** NVIDIA's, which may lie elsewhere too. */
  cuda: readonly string[]
  wheels: readonly Wheel[]
}

/** Names a pack's folder: another one is needed for another ONNX Runtime. */
export const packName = 'onnxruntime-1.30.0-cuda13'

const linux: PackFiles = {
  onnxruntime: 'libonnxruntime.so.1.30.0',
  cuda: ['libcudart.so.13', 'libcublasLt.so.13', 'libcublas.so.13', 'libcurand.so.10'],
  wheels: [
    {
      project: 'onnxruntime-gpu', file: 'onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl', bytes: 246_700_000,
      sha256: '6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1',
      wanted: ['libonnxruntime.so.1.30.0', 'libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
    },
    {
      project: 'nvidia-cublas', file: 'nvidia_cublas-13.10.0.20-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl', bytes: 444_300_000,
      sha256: 'dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84',
      wanted: ['libcublasLt.so.13', 'libcublas.so.13'],
    },
    {
      project: 'nvidia-curand', file: 'nvidia_curand-10.4.5.25-py3-none-manylinux_2_27_x86_64.whl', bytes: 77_100_000,
      sha256: '22bb226a857e5888fe6b54ae465fc4371296bcff13a35f79e19691bcf454f529',
      wanted: ['libcurand.so.10'],
    },
    {
      project: 'nvidia-cuda-runtime', file: 'nvidia_cuda_runtime-13.5.37-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl', bytes: 2_500_000,
      sha256: 'df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d',
      wanted: ['libcudart.so.13'],
    },
  ],
}

const windows: PackFiles = {
  onnxruntime: 'onnxruntime.dll',
  cuda: ['cudart64_13.dll', 'cublasLt64_13.dll', 'cublas64_13.dll', 'curand64_10.dll'],
  wheels: [
    {
      project: 'onnxruntime-gpu', file: 'onnxruntime_gpu-1.30.0-cp312-cp312-win_amd64.whl', bytes: 160_500_000,
      sha256: '882da66f936e1f560b155118c5953dc45268cd92893abb8d31a940f4d1effb36',
      wanted: ['onnxruntime.dll', 'onnxruntime_providers_cuda.dll', 'onnxruntime_providers_shared.dll'],
    },
    {
      project: 'nvidia-cublas', file: 'nvidia_cublas-13.10.0.20-py3-none-win_amd64.whl', bytes: 427_000_000,
      sha256: 'c310b749eea855b88fafb906de08d6819b87216c6711640771764fea5dcd8546',
      wanted: ['cublasLt64_13.dll', 'cublas64_13.dll'],
    },
    {
      project: 'nvidia-curand', file: 'nvidia_curand-10.4.5.25-py3-none-win_amd64.whl', bytes: 77_000_000,
      sha256: 'f6a02a70f5b9715235df31a164a4bf3237a45be1600a5f435f5e4a0d8682eb22',
      wanted: ['curand64_10.dll'],
    },
    {
      project: 'nvidia-cuda-runtime', file: 'nvidia_cuda_runtime-13.5.37-py3-none-win_amd64.whl', bytes: 2_800_000,
      sha256: 'f225d3fa5ea6bfbb58fc4979ef72375cbe661d9107f0d8a4ff22cc151525e4a9',
      wanted: ['cudart64_13.dll'],
    },
  ],
}

/** For this platform; undefined where there is no pack. */
export function packFiles(platform: NodeJS.Platform = process.platform, arch: string = process.arch): PackFiles | undefined {
  if (arch !== 'x64') return undefined
  return { linux, win32: windows }[platform as string]
}
