/** What a window asks of its processes, over vscode-jsonrpc. A UserError comes back as an error with `code` and `args` as its data. */
import { ProgressType, RequestType } from 'vscode-jsonrpc/node'
import type { Device, Estimate, Lengths, Preview } from './formMessages.ts'
import type { RepositoryType } from './hubName.ts'
import type { DatasetParts, FoundRepository, Look } from './hubMessages.ts'
import type { Notice } from './notices.ts'
import type { Prediction } from './prediction.ts'
import type { GivenSettings, Settings } from './settings.ts'
import type { PublishOrder, PublishProgress } from './trainerCommands.ts'

export interface ClassifyParams {
  /** Of the finished model. */
  folder: string
  texts: string[]
}

export interface Classified {
  predictions: Prediction[]
  /** Of each text: whether it is longer than the model reads, and only its beginning counted. */
  truncated: boolean[]
  /** As many tokens of a text as the model reads. */
  maxTokens: number
  /** For all texts, the model being loaded. */
  milliseconds: number
}

export interface ClassifyFileParams {
  /** Of the finished model. */
  folder: string
  file: string
  text_column: string
  /** Where the copy goes; nothing is there yet. */
  output: string
  /** What its progress is told under; the client fills it in. */
  progress?: number
}

export interface ClassifyFileProgress {
  rows: number
  /** Of the file, from 0 to 1. */
  share: number
}

export interface ClassifiedFile {
  rows: number
  labelColumn: string
  scoreColumn: string
  /** Rows that have no text, and so no label. */
  withoutText: number
  /** Texts longer than the model reads, which is `maxTokens`. */
  truncated: number
  maxTokens: number
  /** CSV cells that a spreadsheet would run as formulas, and that got an apostrophe in front. */
  defused: number
}

export interface FileColumns {
  columns: string[]
  /** The one that holds the texts, where that is evident. */
  text?: string
}

/** The columns are given also where the rows cannot be read for want of the right ones. */
export interface PreviewResult {
  columns: string[]
  preview?: Preview
  /** Of data that is yet to be downloaded, where there is anything to see of it. */
  look?: Look
  parts?: DatasetParts
  notices: Notice[]
  /** Bytes of data that are still to be downloaded from the Hub. */
  download: number
  problem?: Mistake & { message: string }
}

/** A model as far as its name tells: bytes that are still to be downloaded, and its branches and tags on the Hub. */
export interface NamedModel {
  download: number
  revisions: string[]
}

/** Settings as a form gives them: not checked yet. */
export type RunSettings = { [Name in keyof GivenSettings]?: unknown } & { model_name_or_path: string, dataset: string[] }

export interface AheadParams {
  settings: Settings
  /** Of the account that is signed in; that of the machine where null. Kept in memory. */
  token: string | null
}

export interface EstimateParams extends AheadParams {
  leaveOneCoreFree: boolean
}

export type Estimated = Omit<Estimate, 'folder'>

/** What the folder of a model holds. */
export interface ModelFolder {
  model_type: string
  labels: string[]
  /** Whether it can classify: it has `onnx/model.onnx`. */
  hasOnnx: boolean
  /** Of the weights. */
  bytes: number
}

/** What of a finished run would go to the Hub. */
export interface PreviewParams {
  folder: string
  /** Where to, and the account to look there with; kept in memory. Null: by the folder's name, and the Hub is not asked. */
  target: PublishOrder & { repository: string } | null
  withExamples: boolean
}

export interface PublicationPreview {
  /** A name for the repository, by that of the folder. */
  suggested: string
  files: { path: string, bytes: number }[]
  /** README.md, for the name that was asked about. */
  card: string
  /** Rows of data that the card shows. */
  examples: number
  /** The repository, where there is one already. */
  existing: { commit: string, isPrivate: boolean, isEmpty: boolean } | null
  base: { name: string, license: string | null }
  data: { name: string, license: string | null }
}

/** The account is kept in memory, for this once. */
export interface PublishParams extends PublishOrder {
  folder: string
  repository: string
  private: boolean
  /** Rows of the data are shown in the card. */
  withExamples: boolean
  /** The last commit of a repository that is there. */
  parentCommit: string | null
  progress?: number
}

export interface FreeRepositoryParams extends PublishOrder {
  /** Of a run that is to be published when it is finished. */
  settings: Settings
}

export interface SearchParams {
  /** A classifier is a model that is finished. */
  type: RepositoryType | 'classifier'
  words: string
  /** Of the account that is signed in: its private repositories are found too. That of the machine where null. */
  token: string | null
}

/** A finished model on the Hub, to classify with. */
export interface FetchClassifierParams {
  /** `owner/name`, with `@revision` behind it. */
  name: string
  /** As in a search. */
  token: string | null
  progress?: number
}

export interface FetchProgress {
  file: string
  bytes: number
  /** Of all files that are yet to come. */
  size: number
}

/** What lies in the cache that is shared with Hugging Face's own programs. */
export interface HubCacheView {
  folder: string
  repositories: {
    type: RepositoryType
    id: string
    bytes: number
    /** When it was last read, as the file system tells it: milliseconds since 1970. */
    used: number
    revisions: { commit: string, refs: string[], bytes: number }[]
  }[]
}

export interface CachedRevisions {
  type: RepositoryType
  id: string
  commits: string[]
}

/** What an error carries that a person can mend: the UserError's code and arguments. */
export interface Mistake {
  code: string
  args: Record<string, string | number>
}

export const classifyRequest = new RequestType<ClassifyParams, Classified, Mistake>('classify')
/** Cancelled by its cancellation token: null then, and nothing is left of the copy. */
export const classifyFileRequest = new RequestType<ClassifyFileParams, ClassifiedFile | null, Mistake>('classifyFile')
export const classifyFileProgress = new ProgressType<ClassifyFileProgress>()
export const fileColumnsRequest = new RequestType<string, FileColumns, Mistake>('fileColumns')
/** Whether a process writes the run in a folder: its lock is asked, which takes native code. */
export const liveRequest = new RequestType<string, boolean, Mistake>('live')
/** Looks at a folder; an error says why nothing can begin with it. */
export const modelRequest = new RequestType<string, ModelFolder, Mistake>('model')
/** Repositories by words, the most used first; null where it was cancelled. */
export const searchRequest = new RequestType<SearchParams, FoundRepository[] | null, Mistake>('search')
/** Brings what classifying needs into the cache. Returns the folder; null where it was cancelled: what has arrived is kept. */
export const fetchClassifierRequest = new RequestType<FetchClassifierParams, string | null, Mistake>('fetchClassifier')
export const fetchProgress = new ProgressType<FetchProgress>()
export const hubCacheRequest = new RequestType<null, HubCacheView, Mistake>('hubCache')
/** Bytes that removing these would free. */
export const freedRequest = new RequestType<CachedRevisions[], number, Mistake>('freed')
/** Removes them. Returns the bytes that are free now. */
export const removeCachedRequest = new RequestType<CachedRevisions[], number, Mistake>('removeCached')
export const previewPublicationRequest = new RequestType<PreviewParams, PublicationPreview, Mistake>('previewPublication')
/** Whether a run may go there once it is finished: an error says why not. */
export const freeRepositoryRequest = new RequestType<FreeRepositoryParams, void, Mistake>('freeRepository')
/** Cancelled by its cancellation token: null then, and the repository is as it was. */
export const publishRequest = new RequestType<PublishParams, { repository: string, url: string } | null, Mistake>('publish')
export const publishProgress = new ProgressType<PublishProgress>()

// Asked of the process that looks ahead for a form (worker/lookAheadMain.ts).
/** Reads the rows anew. */
export const previewRequest = new RequestType<AheadParams, PreviewResult, Mistake>('preview')
/** An error says why a run could not take it from the Hub. */
export const namedModelRequest = new RequestType<AheadParams, NamedModel, Mistake>('namedModel')
export const lengthsRequest = new RequestType<AheadParams, Lengths, Mistake>('lengths')
/** By whether one core is left free. */
export const deviceRequest = new RequestType<boolean, Device, Mistake>('device')
export const estimateRequest = new RequestType<EstimateParams, Estimated | null, Mistake>('estimate')
