/**
 * The process that looks ahead for one form. It loads ONNX Runtime by its C API, as training does, so it is not the process that
 * classifies; and it is killed when what it works on is no longer asked for.
 */
import { useEnvironmentNetwork } from '../hub/network.ts'
import { deviceRequest, estimateRequest, lengthsRequest, namedModelRequest, previewRequest } from '../protocol/workerRequests.ts'
import { lowerPriority } from '../trainer/lowPriority.ts'
import { LookAhead } from './lookAhead.ts'
import { answer, connectWindow } from './serve.ts'

lowerPriority()
useEnvironmentNetwork()
const ahead = new LookAhead()
const connection = connectWindow()
connection.onRequest(previewRequest, answer(({ settings, token }) => ahead.preview(settings, token)))
connection.onRequest(namedModelRequest, answer(({ settings, token }) => ahead.namedModel(settings, token)))
connection.onRequest(lengthsRequest, answer(({ settings, token }) => ahead.lengths(settings, token)))
connection.onRequest(deviceRequest, answer((leaveOneCoreFree) => ahead.device(leaveOneCoreFree)))
connection.onRequest(estimateRequest, answer((params) => ahead.estimate(params)))
connection.listen()
