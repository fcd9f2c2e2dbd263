/** A journey: what one person does in a VS Code of its own, from a fresh profile to an end at which nothing strange has happened. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { onTestFinished, test } from 'vitest'
import { expectCanaryCaged, expectNoTracks } from './canary.ts'
import { VsCode } from './vscode.ts'
import type { VsCodeOptions } from './vscode.ts'
import { workspaceFiles } from './workspace.ts'

export interface Journey {
  vscode: VsCode
  /** The first window. */
  page: Page
  workspace: string
  home: string
}

/** @param options files are in the workspace beside those of `workspaceFiles` */
export function journey(name: string, options: VsCodeOptions, travel: (journey: Journey) => Promise<void>): void {
  test(name, async ({ task }) => {
    const evidence = join('dist/e2e', task.file.name.replace(/^.*\/|\.journey\.ts$/g, ''), task.name.replaceAll(/\W+/g, '-').slice(0, 40))
    rmSync(evidence, { recursive: true, force: true })
    const vscode = await VsCode.start({ ...options, files: { ...workspaceFiles(), ...options.files } })
    onTestFinished(async () => {
      if (task.result?.state === 'fail') {
        await vscode.keepEvidence(evidence)
        console.error(`window, trace and logs of the failure: ${evidence}`)
      }
      await vscode.close()
    })
    const { workspace, home } = vscode
    await travel({ vscode, page: await vscode.openWindow(), workspace, home })
    await expectCanaryCaged(vscode)
    await vscode.stop()
    expectNoTracks(vscode)
  })
}
