/** The editor's proxy, for our own processes: the editor gives it to its host, not to what the host starts. */
import * as vscode from 'vscode'

/**
 * What hub/network.ts reads, from the settings `http.proxy` and `http.noProxy`. As in VS Code they come before the environment, which stands
 * where they are empty. A proxy that only the system's settings or a PAC script name is not known here.
 */
export function proxyVariables(): Record<string, string> {
  const settings = vscode.workspace.getConfiguration('http')
  const proxy = settings.get<string>('proxy', '')
  if (proxy === '' || settings.get<string>('proxySupport') === 'off') return {}
  const excepted = settings.get<string[]>('noProxy', []).join(',')
  return { ...bothCases('HTTP_PROXY', proxy), ...bothCases('HTTPS_PROXY', proxy), ...excepted === '' ? {} : bothCases('NO_PROXY', excepted) }
}

/** The name in small letters, which some set and which is read first. */
function bothCases(name: string, value: string): Record<string, string> {
  return { [name]: value, [name.toLowerCase()]: value }
}
