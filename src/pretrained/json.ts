/** The JSON files of a model folder (config.json, tokenizer_config.json, the index of shards). */
import { readFile } from 'node:fs/promises'
import { UserError } from '../protocol/errors.ts'

export type JsonObject = Record<string, unknown>

/** Reads a JSON object; text that is no JSON, or JSON that is no object, is a UserError naming the file. */
export async function readJsonObject(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8')
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UserError('model.json-malformed', { file: path })
  return value as JsonObject
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** JSON as save_pretrained lays it out: two spaces, keys sorted at every level, a line end. */
export function sortedJson(value: JsonObject): string {
  return `${JSON.stringify(value, (_, inner: unknown) => isObject(inner) ? sortKeys(inner) : inner, 2)}\n`
}

/**
 * Numbers of `json` that `source` has with a decimal point under the same name, such as 2.0, get theirs back: JavaScript knows no
 * difference, but transformers takes no integer for a field that is a float.
 */
export function withDecimals(json: string, source: string): string {
  const floats = new Set(Array.from(source.matchAll(/"([^"\\]+)"\s*:\s*-?\d+\.0+(?![\d.eE])/g), ([, name]) => name))
  return json.replace(/"([^"\\]+)": -?\d+(?=,?$)/gm, (field, name: string) => (floats.has(name) ? `${field}.0` : field))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sortKeys(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
}
