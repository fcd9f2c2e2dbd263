/** What a window asks of its worker, over vscode-jsonrpc. A UserError comes back as an error with `code` and `args` as its data. */
import { RequestType } from 'vscode-jsonrpc/node'
import type { Preview } from './panelMessages.ts'
import type { Prediction } from './prediction.ts'

export interface ClassifyParams {
  /** Of the finished model. */
  folder: string
  texts: string[]
}

export interface Classified {
  predictions: Prediction[]
  /** For all texts, the model being loaded. */
  milliseconds: number
}

export interface PreviewParams {
  dataset: string[]
  text_column: string | null
  label_column: string | null
}

/** The columns are given also where the rows cannot be read for want of the right ones. */
export interface PreviewResult {
  columns: string[]
  preview?: Preview
  problem?: Mistake & { message: string }
}

/** What the folder of a model holds. */
export interface ModelFolder {
  model_type: string
  labels: string[]
  /** Whether it can classify: it has `onnx/model.onnx`. */
  hasOnnx: boolean
  /** Of the weights. */
  bytes: number
}

/** What an error carries that a person can mend: the UserError's code and arguments. */
export interface Mistake {
  code: string
  args: Record<string, string | number>
}

export const classifyRequest = new RequestType<ClassifyParams, Classified, Mistake>('classify')
export const previewRequest = new RequestType<PreviewParams, PreviewResult, Mistake>('preview')
/** Looks at a folder; an error says why nothing can begin with it. */
export const modelRequest = new RequestType<string, ModelFolder, Mistake>('model')
