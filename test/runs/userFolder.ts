/** A user's folder of its own for each test, so that tests neither queue behind one another nor find each other's processes. */
import { beforeEach, vi } from 'vitest'
import { temporaryFolder } from './sample.ts'

/** Gives each test of a file an empty folder, in which this process and those that it starts keep what is the user's. */
export function ownUserFolder(): { folder: string } {
  const own = { folder: '' }
  beforeEach(async () => {
    const { folder, remove } = await temporaryFolder()
    own.folder = folder
    for (const name of ['XDG_DATA_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(name, `${folder}/user`)
    return async () => {
      vi.unstubAllEnvs()
      await remove()
    }
  })
  return own
}
