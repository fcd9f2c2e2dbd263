import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'

/** The page around a webview's script: nothing runs or loads in it but what lies in dist/. */
export function panelHtml(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(18).toString('base64')
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString()
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Finetune</title>
  <link rel="stylesheet" href="${resource('panel.css')}">
</head>
<body>
  <script type="application/json" id="l10n">${json(vscode.l10n.bundle ?? {})}</script>
  <main id="page"></main>
  <script nonce="${nonce}" src="${resource('panel.js')}"></script>
</body>
</html>`
}

/** Data for a script element, which nothing in it can end. */
function json(data: object): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
