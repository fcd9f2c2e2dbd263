// What lint holds of the pages and the host: no markup made from text, no words but translated ones, the toolkit in kit.ts only.
import { ESLint } from 'eslint'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const eslint = new ESLint()

async function rules(code: string, filePath = 'webview-ui/made.ts'): Promise<(string | null)[]> {
  const [{ messages }] = await eslint.lintText(code, { filePath })
  return messages.map(({ ruleId }) => ruleId)
}

test.each([
  'document.body.innerHTML = text', 'document.body.outerHTML = text', 'document.body.insertAdjacentHTML("beforeend", text)',
  'document.body.setHTMLUnsafe(text)', 'document.write(text)', 'new DOMParser().parseFromString(text, "text/html")',
  'document.createRange().createContextualFragment(text)', 'frame.srcdoc = text',
])('markup made from text is refused: %s', async (code) => {
  expect(await rules(code)).toContain('no-restricted-properties')
})

test.each([['eval(text)', 'no-eval'], ['new Function(text)', 'no-new-func']])('code made from text is refused: %s', async (code, rule) => {
  expect(await rules(code)).toContain(rule)
})

test.each([
  'element("p", {}, "Some words")', 'element("p", {}, is ? `${n} rows` : "")', 'setText(line, "Some words")', 'button("Start", go)',
  'line.textContent = "Some words"', 'element("div", { "aria-label": "Some words" })', 'show({ placeholder: "Some words" })',
  'vscode.window.showErrorMessage("Some words")',
])('words that are not translated are refused: %s', async (code) => {
  expect(await rules(code)).toContain('no-restricted-syntax')
  expect(await rules(code, 'src/editor/made.ts')).toContain('no-restricted-syntax')
})

test('translated words, classes and names pass', async () => {
  expect(await rules('element("p", { class: "help", title: l10n.t("Some words") }, l10n.t("Some words"), `${a} · ${b}`)')).toEqual([])
})

test('only kit.ts imports the toolkit', async () => {
  const code = 'import "@vscode/webview-ui-toolkit"'
  expect(await rules(code)).toContain('no-restricted-imports')
  expect(await rules(code, 'webview-ui/kit.ts')).toEqual([])
})

test('webviews may load from dist only, and run no commands of VS Code, as little as hovers do', () => {
  const code = readdirSync('src/editor', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).map((path) => readFileSync(`src/editor/${path}`, 'utf8')).join('\n')
  expect(code).not.toContain('enableCommandUris')
  expect(code).not.toContain('enableForms: true')
  // Hovers and tooltips show a stranger's text.
  expect(code).not.toMatch(/supportHtml|\.isTrusted = |isTrusted: true/)
  const options = [...code.matchAll(/webview\.options = ([^\n]*)/g)].map(([, given]) => given)
  expect(new Set(options)).toEqual(new Set(['{ enableScripts: true, localResourceRoots: [parts.dist] }']))
})

test('a notification takes a stranger\'s text as asNotice makes it', async () => {
  const place = 'src/editor/made.ts'
  for (const code of ['showErrorMessage(text)', 'showInformationMessage(vscode.l10n.t("{0} is done", name))']) {
    expect(await rules(`vscode.window.${code}`, place)).toContain('no-restricted-syntax')
  }
  for (const code of ['showErrorMessage(asNotice(text))', 'showInformationMessage(vscode.l10n.t("Done"))']) {
    expect(await rules(`vscode.window.${code}`, place)).not.toContain('no-restricted-syntax')
  }
})

test('only src/editor imports vscode', async () => {
  for (const file of ['src/made.ts', 'src/worker/made.ts']) expect(await rules('import * as vscode from "vscode"', file)).toContain('no-restricted-imports')
  expect(await rules('import * as vscode from "vscode"', 'src/editor/made.ts')).not.toContain('no-restricted-imports')
})
