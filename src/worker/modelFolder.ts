import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { labelNames } from '../pretrained/labels.ts'
import { openPretrained } from '../pretrained/pretrained.ts'
import { architectureOf } from '../models/registry.ts'
import type { ModelFolder } from '../protocol/workerRequests.ts'

/** @throws UserError for a folder without a model, or with one that cannot be trained here */
export async function describeModel(folder: string): Promise<ModelFolder> {
  const pretrained = await openPretrained(folder)
  const { model_type } = pretrained.config
  architectureOf(model_type).readConfig(pretrained.config)
  const { size } = await stat(join(folder, 'model.safetensors'))
  return { model_type: String(model_type), labels: labelNames(pretrained), hasOnnx: existsSync(join(folder, 'onnx', 'model.onnx')), bytes: size }
}
