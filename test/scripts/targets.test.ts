// Which native files go into the VSIX of each platform. `npm run package` compares what was packed with the same lists.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nativeFiles, packageFolder, targets } from '../../scripts/targets.mjs'

function natives(target: string): string[] {
  return Object.values(nativeFiles(target)).flat().filter((path) => /\.(node|dll|dylib|so\.1)$/.test(path))
}

test('each platform gets one library of ONNX Runtime, its binding and koffi; universal gets none', () => {
  expect(Object.fromEntries(targets.map((target) => [target, natives(target)]))).toEqual({
    'linux-x64': ['bin/napi-v6/linux/x64/libonnxruntime.so.1', 'bin/napi-v6/linux/x64/onnxruntime_binding.node', 'linux_x64/koffi.node'],
    'linux-arm64': ['bin/napi-v6/linux/arm64/libonnxruntime.so.1', 'bin/napi-v6/linux/arm64/onnxruntime_binding.node', 'linux_arm64/koffi.node'],
    'darwin-arm64': ['bin/napi-v6/darwin/arm64/libonnxruntime.1.dylib', 'bin/napi-v6/darwin/arm64/onnxruntime_binding.node', 'darwin_arm64/koffi.node'],
    'win32-x64': ['bin/napi-v6/win32/x64/onnxruntime.dll', 'bin/napi-v6/win32/x64/onnxruntime_binding.node', 'win32_x64/koffi.node'],
    'win32-arm64': ['bin/napi-v6/win32/arm64/onnxruntime.dll', 'bin/napi-v6/win32/arm64/onnxruntime_binding.node', 'win32_arm64/koffi.node'],
    universal: [],
  })
})

test('every listed file of the installed packages is there', () => {
  for (const target of targets) {
    for (const [name, files] of Object.entries(nativeFiles(target))) {
      // koffi's package for another platform is downloaded when it is packed.
      if (name.startsWith('@koromix/') && !existsSync(join('node_modules', name))) continue
      for (const file of files) expect(existsSync(join(packageFolder(name), file)), `${name}/${file}`).toBe(true)
    }
  }
})
