/** The package for all other platforms, which has no native files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import { newerSource, universalVsix } from '../../scripts/vsix.mjs'
import { installVsix } from './install.ts'

/** Returns the folder that it is installed in; it is there until the tests of the file have ended. */
export function universalExtensions(): string {
  const newer = newerSource(universalVsix)
  if (newer) throw new Error(`${universalVsix} is missing or older than ${newer}: npm run package universal makes it`)
  const place = mkdtempSync(join(tmpdir(), 'finetune-universal-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))
  return installVsix(universalVsix, place, { node: inject('node'), program: inject('codeServer') })
}
