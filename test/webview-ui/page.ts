/** The run panel's page in a browser, as VS Code shows it: the packed scripts, the host's own HTML and policy, an editor that only listens. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Uri, Webview } from 'vscode'
import { panelHtml } from '../../src/editor/panelHtml.ts'
import type { FromPanel, ToPanel } from '../../src/protocol/panelMessages.ts'

const origin = 'https://panel.test'

export interface PanelPage {
  page: Page
  /** What the page's policy refused, and what the page asked of other hosts. */
  refused: string[]
  /** Hands a message to the page, as the editor does. */
  send(message: ToPanel): Promise<void>
  /** What the page sent so far. */
  sent(): Promise<FromPanel[]>
}

/** @param dist folder of panel.js and panel.css */
export async function openPanel(browser: Browser, dist: string): Promise<PanelPage> {
  const page = await browser.newPage()
  const refused: string[] = []
  const webview = { cspSource: origin, asWebviewUri: (uri: Uri) => uri } as Partial<Webview> as Webview
  await page.route('**/*', (route) => {
    const { href, pathname } = new URL(route.request().url())
    if (!href.startsWith(`${origin}/`)) {
      refused.push(href)
      return route.abort()
    }
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: panelHtml(webview, `${origin}/dist` as unknown as Uri) })
    return route.fulfill({ contentType: pathname.endsWith('.css') ? 'text/css' : 'text/javascript', body: readFileSync(join(dist, pathname.replace('/dist/', ''))) })
  })
  await page.exposeFunction('tellRefused', (what: string) => { refused.push(what) })
  await page.addInitScript(() => {
    const sent: unknown[] = []
    const [global, tell] = [globalThis as unknown as Record<string, unknown>, (globalThis as unknown as { tellRefused(what: string): void }).tellRefused]
    global.sent = sent
    global.acquireVsCodeApi = () => ({ postMessage: (message: unknown) => sent.push(message), getState: () => undefined, setState: () => {} })
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => tell(`${effectiveDirective} ${blockedURI} ${sample}`.trim()))
  })
  await page.goto(`${origin}/`)
  await page.waitForFunction(() => (globalThis as unknown as { sent: unknown[] }).sent.length > 0)
  return {
    page,
    refused,
    send: (message) => page.evaluate((data) => window.postMessage(data, '*'), message),
    sent: () => page.evaluate(() => (globalThis as unknown as { sent: FromPanel[] }).sent),
  }
}
