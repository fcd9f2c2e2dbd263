// AssemblyScript, compiled to dist/kernels.wasm by scripts/build.mjs: four values at a time, over memory that the caller brings.
export { accumulate, adamw, adamwRows, beginStep, multiply, sumOfSquares } from './adamw'
export { maskFeatures, maskProbabilities, tokenKey } from './dropout'
