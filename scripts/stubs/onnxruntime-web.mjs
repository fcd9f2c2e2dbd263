// In the place of onnxruntime-web, which transformers.js imports for browsers: here the native ONNX Runtime does the work.
function leftOut() {
  throw Object.assign(new Error('The WebAssembly backend is not supported here: the package onnxruntime-web is left out.'), { name: 'LeftOutError' })
}
export const env = {}
export const InferenceSession = { create: leftOut }
export default { env, InferenceSession }
