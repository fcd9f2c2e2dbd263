/** The editor's proxy, for our own processes: the editor gives it to its host, not to what the host starts. */
import * as vscode from 'vscode'

const variables = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']

/** What hub/network.ts reads, from the settings `http.proxy` and `http.noProxy`; nothing where the environment itself names a proxy. */
export function proxyVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const settings = vscode.workspace.getConfiguration('http')
  const proxy = settings.get<string>('proxy', '')
  if (proxy === '' || settings.get<string>('proxySupport') === 'off' || variables.some((name) => env[name])) return {}
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: settings.get<string[]>('noProxy', []).join(',') }
}
