/** The part of onnx.proto (onnx/onnx, ONNX IR version 8) that our models use, for protobufjs. */
import protobuf from 'protobufjs/light.js'

const string = (id: number) => ({ type: 'string', id })
const int64 = (id: number) => ({ type: 'int64', id })
const int32 = (id: number) => ({ type: 'int32', id })
const one = (type: string, id: number) => ({ type, id })
const many = (type: string, id: number) => ({ rule: 'repeated', type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: { fields: { irVersion: int64(1), producerName: string(2), producerVersion: string(3), graph: one('GraphProto', 7), opsetImport: many('OperatorSetIdProto', 8) } },
    OperatorSetIdProto: { fields: { domain: string(1), version: int64(2) } },
    GraphProto: { fields: { node: many('NodeProto', 1), name: string(2), initializer: many('TensorProto', 5), input: many('ValueInfoProto', 11), output: many('ValueInfoProto', 12) } },
    NodeProto: { fields: { input: many('string', 1), output: many('string', 2), name: string(3), opType: string(4), attribute: many('AttributeProto', 5), domain: string(7) } },
    AttributeProto: { fields: { name: string(1), f: one('float', 2), i: int64(3), ints: many('int64', 8), type: int32(20) } },
    TensorProto: { fields: { dims: many('int64', 1), dataType: int32(2), name: string(8), rawData: one('bytes', 9), externalData: many('StringStringEntryProto', 13), dataLocation: int32(14) } },
    StringStringEntryProto: { fields: { key: string(1), value: string(2) } },
    ValueInfoProto: { fields: { name: string(1), type: one('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: one('TensorType', 1) }, nested: { TensorType: { fields: { elemType: int32(1), shape: one('TensorShapeProto', 2) } } } },
    TensorShapeProto: { fields: { dim: many('Dimension', 1) }, nested: { Dimension: { fields: { dimValue: int64(1), dimParam: string(2) } } } },
  },
})

/** TensorProto.DataLocation: the values are elsewhere. */
export const external = 1

/** AttributeProto.AttributeType */
export const attributeType = { float: 1, int: 2, ints: 7 } as const

export interface AttributeProto { name: string; f?: number; i?: number; ints?: number[]; type: number }
export interface NodeProto { input: string[]; output: string[]; name?: string; opType: string; attribute?: AttributeProto[]; domain?: string }
export interface TensorProto { dims: number[]; dataType: number; name: string; rawData?: Uint8Array; externalData?: { key: string; value: string }[]; dataLocation?: number }
export interface ValueInfoProto { name: string; type: { tensorType: { elemType: number; shape: { dim: { dimValue?: number; dimParam?: string }[] } } } }
export interface GraphProto { node: NodeProto[]; name: string; initializer: TensorProto[]; input: ValueInfoProto[]; output: ValueInfoProto[] }
export interface ModelProto { irVersion: number; producerName: string; producerVersion?: string; opsetImport: { domain: string; version: number }[]; graph: GraphProto }

const Model = root.lookupType('ModelProto')

/** Encodes a model, or a part of one that is to be merged with another. */
export function encodeModel(model: Partial<Omit<ModelProto, 'graph'>> & { graph: Partial<GraphProto> }): Uint8Array {
  return Model.encode(Model.fromObject(model)).finish()
}

export function decodeModel(bytes: Uint8Array): ModelProto {
  return Model.toObject(Model.decode(bytes), { longs: Number, defaults: false, arrays: true }) as ModelProto
}
