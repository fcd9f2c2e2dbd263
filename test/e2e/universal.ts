/** The packed extension as `npm run package universal` leaves it: without native files. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

/** Returns the folder of installed extensions; it is there until the tests of the file have ended. */
export function universalExtensions(): string {
  const place = mkdtempSync(join(tmpdir(), 'finetune-universal-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))
  cpSync(inject('extensions'), place, { recursive: true, filter: (path) => !path.endsWith(join('dist', 'node_modules')) })
  return place
}
