/** A tokenizer out of spm.model, SentencePiece's own file, as transformers 4 converts it for DeBERTa-v2 and -v3 (DebertaV2Converter). */
import protobuf from 'protobufjs/light.js'

type JsonObject = Record<string, unknown>

/** The part of sentencepiece_model.proto that tells pieces and normalizer. */
const Model = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: { pieces: { rule: 'repeated', type: 'Piece', id: 1 }, trainerSpec: { type: 'TrainerSpec', id: 2 }, normalizerSpec: { type: 'NormalizerSpec', id: 3 } },
    },
    Piece: { fields: { piece: { type: 'string', id: 1 }, score: { type: 'float', id: 2 }, type: { type: 'int32', id: 3 } } },
    TrainerSpec: { fields: { modelType: { type: 'int32', id: 3 }, unkId: { type: 'int32', id: 40 } } },
    NormalizerSpec: { fields: { precompiledCharsmap: { type: 'bytes', id: 2 } } },
  },
}).lookupType('ModelProto')

interface ModelProto {
  pieces: { piece: string, score?: number, type?: number }[]
  trainerSpec?: { modelType?: number, unkId?: number }
  normalizerSpec?: { precompiledCharsmap?: Uint8Array }
}

const unigram = 1 // TrainerSpec.ModelType
/** ModelProto.SentencePiece.Type: control symbols and those that a user defined, which are kept whole in a text. */
const [control, userDefined] = [3, 4]

/** By the names of tokenizer_config.json, in the order in which transformers adds those that the vocabulary lacks. */
const usual = { unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' }

type Role = keyof typeof usual
export const specialRoles = Object.keys(usual) as Role[]

/** What of tokenizer_config.json changes the tokens. */
export interface DebertaOptions {
  lowercase: boolean
  splitsByPunctuation: boolean
  /** By role, where they are other than the usual ones. */
  special: Partial<Record<Role, string>>
}

/** tokenizer.json of it. @throws Error for what is no such file, or of another kind than Unigram */
export function debertaTokenizer(file: Uint8Array, { lowercase, splitsByPunctuation, special }: DebertaOptions): JsonObject {
  const { pieces, trainerSpec = {}, normalizerSpec = {} } = Model.toObject(Model.decode(file), { arrays: true }) as ModelProto
  if (pieces.length === 0) throw new Error('it has no vocabulary')
  if ((trainerSpec.modelType ?? unigram) !== unigram) throw new Error('it is of another kind than Unigram')
  const ids = new Map(pieces.map(({ piece }, id) => [piece, id]))
  const kept = new Map(pieces.flatMap(({ piece, type }) => (type === control || type === userDefined ? [[piece, type === control] as const] : [])))
  const roles = { ...usual, ...special }
  for (const token of Object.values(roles)) {
    kept.set(token, true)
    if (!ids.has(token)) ids.set(token, ids.size)
  }
  const charsmap = normalizerSpec.precompiledCharsmap
  const around = (sequence: string, type_id: number, ...before: object[]) => [...before, { Sequence: { id: sequence, type_id } }, { SpecialToken: { id: roles.sep_token, type_id } }]
  const single = around('A', 0, { SpecialToken: { id: roles.cls_token, type_id: 0 } })
  const named = (token: string) => ({ id: token, ids: [ids.get(token)], tokens: [token] })
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...kept].map(([content, isSpecial]) => ({ id: ids.get(content)!, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...lowercase ? [{ type: 'Lowercase' }] : [],
        { type: 'Strip', strip_left: true, strip_right: true },
        ...charsmap?.length ? [{ type: 'Precompiled', precompiled_charsmap: Buffer.from(charsmap).toString('base64') }] : [],
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...splitsByPunctuation ? [{ type: 'Punctuation', behavior: 'Isolated' }] : [], metaspace] },
    post_processor: {
      type: 'TemplateProcessing', single, pair: [...single, ...around('B', 1)],
      special_tokens: { [roles.cls_token]: named(roles.cls_token), [roles.sep_token]: named(roles.sep_token) },
    },
    decoder: metaspace,
    model: { type: 'Unigram', unk_id: trainerSpec.unkId ?? 0, vocab: pieces.map(({ piece, score = 0 }) => [piece, score]), byte_fallback: false },
  }
}
