/** Opens a window whose extension host runs a suite of tests, and gives what came out to vitest. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { VsCode } from '../e2e/vscode.ts'
import { workspaceFiles } from '../e2e/workspace.ts'
import { driver } from './bundle.ts'
import { resultsFile } from './mochaRun.ts'
import type { HostResult } from './mochaRun.ts'

export interface HostTestsOptions {
  isTrusted: boolean
  /** What the person did before the window is opened. */
  prepare?(vscode: VsCode): void
  /** What the person does in the window meanwhile. */
  play?(page: Page): Promise<void>
  /** More variables of the server's environment. */
  env?: Record<string, string | undefined>
}

/** @param suite name of a file of suites/ */
export async function hostTests(suite: string, { isTrusted, prepare = () => {}, play = async () => {}, env }: HostTestsOptions): Promise<void> {
  const vscode = await VsCode.start({ isTrusted, env, files: workspaceFiles(), flags: ['--vscode-option', 'enable-smoke-test-driver'] })
  try {
    prepare(vscode)
    const page = await vscode.openPage()
    const said: string[] = []
    const ended = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve))
    await page.exposeFunction('codeAutomationLog', (_type: string, words: unknown[]) => said.push(words.join(' ')))
    const place = `vscode-remote://127.0.0.1:${vscode.connection.port}${resolve(driver)}`
    const payload = [['extensionDevelopmentPath', place], ['extensionTestsPath', `${place}/${suite}.cjs`], ['skipWelcome', 'true']]
    await page.goto(`${vscode.address()}&payload=${encodeURIComponent(JSON.stringify(payload))}`)
    const [code] = await Promise.all([ended, play(page)])
    if (code !== 0) throw new Error(`the extension host could not run the tests:\n${said.join('\n')}`)
    const results = JSON.parse(readFileSync(join(vscode.home, resultsFile), 'utf8')) as HostResult[]
    for (const { title, state, error } of results) {
      test(title, ({ skip }) => {
        if (state === 'pending') skip()
        if (state === 'failed') throw new Error(error)
      })
    }
  } finally {
    await vscode.close()
  }
}
