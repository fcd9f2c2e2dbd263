/** A real VS Code (code-server) with the packed VSIX in it, and Chromium as its window. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { ensureCodeServer } from '../../scripts/codeServer.mjs'

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'window.dialogStyle': 'custom',
  'files.simpleDialog.enable': true,
}

export interface VsCode {
  /** Its data, extensions and the person's home. */
  home: string
  /** The folder that is open. */
  workspace: string
  page: Page
  /** Hosts other than this machine that the page asked for; none was reached. */
  foreignRequests: string[]
  /** Closes everything; `picture` names a file in dist/e2e for what was last to be seen. */
  close(picture?: string): Promise<void>
}

export interface VsCodeOptions {
  /** Files of the workspace: name and content. */
  files?: Record<string, string>
  theme?: string
}

/** @param vsix the packed extension */
export async function openVsCode(vsix: string, { files = {}, theme = 'Default Dark Modern' }: VsCodeOptions = {}): Promise<VsCode> {
  const { node, program } = ensureCodeServer(console.log)
  const home = mkdtempSync(join(tmpdir(), 'finetune-vscode-'))
  const [workspace, userData, extensions] = ['workspace', 'user-data', 'extensions'].map((name) => join(home, name))
  for (const folder of [workspace, join(userData, 'User'), extensions]) mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(workspace, name), content)
  writeFileSync(join(userData, 'User/settings.json'), JSON.stringify({ ...settings, 'workbench.colorTheme': theme }))
  writeFileSync(join(home, 'config.yaml'), '')

  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_DATA_HOME: join(home, '.local/share'), XDG_CACHE_HOME: join(home, '.cache'), XDG_STATE_HOME: join(home, '.local/state') }
  const places = ['--config', join(home, 'config.yaml'), '--user-data-dir', userData, '--extensions-dir', extensions]
  execFileSync(node, [program, ...places, '--install-extension', vsix], { env, stdio: 'pipe' })
  const port = await freePort()
  const server = spawn(node, [program, ...places, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override', workspace], { env, stdio: 'ignore', detached: true })

  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  const { page, foreignRequests } = await openPage(browser, `http://127.0.0.1:${port}`, workspace)
  return {
    home, workspace, page, foreignRequests,
    async close(picture) {
      if (picture !== undefined) await page.screenshot({ path: join('dist/e2e', picture) }).catch(() => {})
      await browser.close()
      process.kill(-server.pid!)
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function openPage(browser: Browser, server: string, workspace: string): Promise<Pick<VsCode, 'page' | 'foreignRequests'>> {
  for (let isUp = false; !isUp;) isUp = await fetch(`${server}/healthz`).then(({ ok }) => ok, () => false)
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(30_000)
  const foreignRequests: string[] = []
  await page.route('**/*', (route) => {
    const { hostname } = new URL(route.request().url())
    if (hostname === '127.0.0.1' || hostname.endsWith('.vscode-cdn.net')) return route.continue()
    foreignRequests.push(hostname)
    return route.abort()
  })
  await page.goto(`${server}/?folder=${encodeURIComponent(workspace)}`)
  await untilReady(page)
  return { page, foreignRequests }
}

/** As a person reloads a window. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load')
  await runCommand(page, 'Developer: Reload Window')
  await loaded
  await untilReady(page)
}

function untilReady(page: Page): Promise<void> {
  return page.locator('.activitybar .action-label[aria-label^="Finetune"]').waitFor()
}

/** Runs a command by its title, such as `Finetune: Stop`. The palette may be older than the extension's commands: it is asked again. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const entry = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first()
  for (let isThere = false; !isThere;) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await page.locator('.quick-input-widget input').fill(`>${title}`)
    isThere = await entry.waitFor({ timeout: 3000 }).then(() => true, () => false)
  }
  await entry.click()
}

/** Opens a file of the workspace in an editor. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input').fill(name)
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click()
  await page.locator(`.editor-instance[aria-label*="${name}"], .monaco-editor[data-uri$="${name}"]`).first().waitFor()
}

/** The note behind a text that Classify Selection has classified. It is drawn by a style, so it is no text of the page. */
export async function classifiedAs(page: Page, text: string): Promise<string> {
  const note = await page.waitForFunction((text) => {
    const line = Array.from(document.querySelectorAll('.view-line')).find((each) => each.textContent?.replaceAll('\u00a0', ' ').includes(text))
    const contents = Array.from(line?.querySelectorAll('span') ?? []).map((span) => getComputedStyle(span, '::after').content)
    return contents.find((content) => content.includes('%'))
  }, text)
  return String(await note.jsonValue()).replace(/^"|"$/g, '').trim()
}

/** What is in the webview that is shown. */
export function panel(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame')
}

/** The VSIX that `npm run package` made. */
export function packedVsix(): string {
  const vsix = existsSync('dist/packages') ? readdirSync('dist/packages').find((name) => name.endsWith('.vsix')) : undefined
  if (!vsix) throw new Error('no VSIX in dist/packages: npm run package makes it')
  return resolve('dist/packages', vsix)
}

function findChromium(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  if (!found) throw new Error('no Chromium on this machine: install the package chromium')
  return found
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
