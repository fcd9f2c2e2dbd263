/** Before the journeys: installs the server, the browser and the packed extension, once for all. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensureChromium } from '../../scripts/chromium.mjs'
import { ensureCodeServer } from '../../scripts/codeServer.mjs'
import { newerSource, vsix } from '../../scripts/vsix.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Node of the server, the server, the browser, the folder of installed extensions. */
    node: string
    codeServer: string
    chromium: string
    extensions: string
  }
}

export function setup(project: TestProject): () => void {
  const newer = newerSource()
  if (newer) throw new Error(`${vsix} is missing or older than ${newer}: npm run package makes it`)
  const { node, program } = ensureCodeServer(console.error)
  const home = mkdtempSync(join(tmpdir(), 'finetune-extensions-'))
  project.provide('node', node)
  project.provide('codeServer', program)
  project.provide('chromium', ensureChromium(console.error))
  project.provide('extensions', installVsix(vsix, home, { node, program }))
  return () => rmSync(home, { recursive: true, force: true })
}

/** Installs a VSIX by a server with that home. @returns the folder of installed extensions */
export function installVsix(path: string, home: string, { node, program }: { node: string, program: string }): string {
  const extensions = join(home, 'extensions')
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }
  execFileSync(node, [program, '--user-data-dir', join(home, 'user-data'), '--extensions-dir', extensions, '--install-extension', path], { env, stdio: 'pipe' })
  return extensions
}
