/** The process that serves one window: it classifies, reads the rows behind runs, and publishes. It ends with its window. */
import type { CancellationToken } from 'vscode-jsonrpc/node'
import { useEnvironmentNetwork } from '../hub/network.ts'
import type { PublishProgress } from '../protocol/trainerCommands.ts'
import { correctionsRequest, correctRequest, csvEditsRequest, placeRequest, rowsRequest, undoRequest } from '../protocol/rowRequests.ts'
import type { ClassifiedFile, ClassifyFileParams, ClassifyFileProgress, FetchClassifierParams, FetchProgress, PublishParams } from '../protocol/workerRequests.ts'
import {
  classifyFileProgress, classifyFileRequest, classifyRequest, fetchClassifierRequest, fetchProgress, fileColumnsRequest, freedRequest, freeRepositoryRequest,
  hubCacheRequest, liveRequest, modelRequest, previewPublicationRequest, publishProgress, publishRequest, removeCachedRequest, searchRequest,
} from '../protocol/workerRequests.ts'
import { answer, connectWindow } from './serve.ts'

useEnvironmentNetwork()
const connection = connectWindow()

// Each part is loaded when it is first asked for: looking at a folder loads no ONNX Runtime.
connection.onRequest(classifyRequest, answer(async (params) => (await import('./classify.ts')).classify(params)))
connection.onRequest(fileColumnsRequest, answer(async (file) => (await import('./classifyFile.ts')).fileColumns(file)))
connection.onRequest(classifyFileRequest, answer(classifyFile))
connection.onRequest(liveRequest, answer(async (folder) => (await import('../runs/runFolder.ts')).isLive(folder)))
connection.onRequest(modelRequest, answer(async (folder) => (await import('./modelFolder.ts')).describeModel(folder)))
const rows = () => import('./rows.ts')
connection.onRequest(rowsRequest, answer(async (params) => (await rows()).rows(params)))
connection.onRequest(placeRequest, answer(async (params) => (await rows()).place(params)))
connection.onRequest(correctRequest, answer(async (params) => (await rows()).correct(params)))
connection.onRequest(correctionsRequest, answer(async (params) => (await rows()).corrections(params)))
connection.onRequest(undoRequest, answer(async (params) => (await rows()).undo(params)))
connection.onRequest(csvEditsRequest, answer(async (params) => (await rows()).csvEdits(params)))
connection.onRequest(searchRequest, answer((params, token) => unlessCancelled(token, async (signal) => (await import('./hub.ts')).search(params, signal))))
connection.onRequest(fetchClassifierRequest, answer(fetchClassifier))
const cache = () => import('./hubCache.ts')
connection.onRequest(hubCacheRequest, answer(async () => (await cache()).hubCache()))
connection.onRequest(freedRequest, answer(async (revisions) => (await cache()).freed(revisions)))
connection.onRequest(removeCachedRequest, answer(async (revisions) => (await cache()).removeCached(revisions)))
connection.onRequest(previewPublicationRequest, answer(async (params) => (await import('./publish.ts')).previewPublication(params)))
connection.onRequest(freeRepositoryRequest, answer(async (params) => (await import('./publish.ts')).requireFreeRepository(params)))
connection.onRequest(publishRequest, answer(publish))
connection.listen()

async function classifyFile(params: ClassifyFileParams, token: CancellationToken): Promise<ClassifiedFile | null> {
  const onProgress = (done: ClassifyFileProgress) => void (params.progress !== undefined && connection.sendProgress(classifyFileProgress, params.progress, done))
  return unlessCancelled(token, async (signal) => (await import('./classifyFile.ts')).classifyFile(params, { signal, onProgress }))
}

async function fetchClassifier(params: FetchClassifierParams, token: CancellationToken): Promise<string | null> {
  const onProgress = (done: FetchProgress) => void (params.progress !== undefined && connection.sendProgress(fetchProgress, params.progress, done))
  return unlessCancelled(token, async (signal) => (await import('./hub.ts')).fetchClassifier(params, { signal, onProgress }))
}

async function publish(params: PublishParams, token: CancellationToken): Promise<{ repository: string, url: string } | null> {
  const onProgress = (done: PublishProgress) => void (params.progress !== undefined && connection.sendProgress(publishProgress, params.progress, done))
  return unlessCancelled(token, async (signal) => (await import('./publish.ts')).publish(params, { signal, onProgress }))
}

/** What the work comes to; null where it was cancelled. */
async function unlessCancelled<Result>(token: CancellationToken, work: (signal: AbortSignal) => Promise<Result>): Promise<Result | null> {
  const stop = new AbortController()
  token.onCancellationRequested(() => stop.abort())
  try {
    return await work(stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return null
    throw error
  }
}
