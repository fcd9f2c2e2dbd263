/** Checkpoints for tests, well-formed and otherwise. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { UserError } from '../../src/protocol/errors.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'

/** An empty folder, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-models-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A safetensors file, true or lying: `header` as JSON (or as text), then `data`. */
export function safetensorsBytes(header: object | string, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, data])
}

/** A float32 file of tensors by name, each with its shape, whose every value is the tensor's place in the list. */
export function safetensorsOf(shapes: Record<string, number[]>, dtype = 'F32', bytesEach = 4): Buffer {
  const header: Record<string, object> = {}
  const data: number[] = []
  for (const [place, [name, shape]] of Object.entries(shapes).entries()) {
    const size = shape.reduce((product, length) => product * length, 1)
    header[name] = { dtype, shape, data_offsets: [data.length * bytesEach, (data.length + size) * bytesEach] }
    data.push(...new Array<number>(size).fill(place))
  }
  return safetensorsBytes(header, bytesEach === 4 ? new Uint8Array(new Float32Array(data).buffer) : new Uint8Array(data.length * bytesEach))
}

/** A model folder with this config.json and weights (file name -> content). */
export function modelFolder(config: object, files: Record<string, string | Buffer>): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

/** The UserError that `action` ends in; anything else fails the test. */
export async function userError(action: () => unknown): Promise<UserError<ErrorCode>> {
  const error = await Promise.resolve().then(action).then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return error as UserError<ErrorCode>
}
