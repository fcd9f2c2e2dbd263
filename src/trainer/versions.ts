import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { packageFile } from '../protocol/packageRoot.ts'

/** Versions that a run's bits depend on. */
export function versions(): { finetune: string; onnxruntime: string } {
  const version = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
  return {
    finetune: version(packageFile('package.json')),
    onnxruntime: version(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  }
}
