/**
 * The way out to the network of our own processes: through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, trusting the
 * system's certificates. The extension's host has both from VS Code, which has made its `fetch` so.
 *
 * Node's own fetch reads these variables only from version 24 on, with NODE_USE_ENV_PROXY; undici does on every version. Certificates:
 * NODE_EXTRA_CA_CERTS always; SSL_CERT_FILE, as Python's clients have it; the system's own store where Node can read it
 * (22.15 and 24 on). All are variables, so a child process has them too.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as tls from 'node:tls'

const longestConnect = 15_000

let ready: Promise<void> | undefined

/** Makes `fetch` of this process go that way, from its first use on. @param longestSilence milliseconds that end a request or a body */
export function useEnvironmentNetwork(longestSilence = 60_000): void {
  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    await (ready ??= setUp(longestSilence))
    return fetch(input, init)
  }
}

async function setUp(longestSilence: number): Promise<void> {
  const { useEnvironmentAgent } = await import('./environmentAgent.ts')
  const ca = trustedCertificates()
  const through = { ca, timeout: longestConnect }
  // The types leave out what is handed on to the agent without a proxy.
  const options = { headersTimeout: longestSilence, bodyTimeout: longestSilence, connect: through, requestTls: through, proxyTls: { ca } }
  useEnvironmentAgent(options)
}

/** All that are trusted; undefined where Node's own are all. */
export function trustedCertificates(env: NodeJS.ProcessEnv = process.env): string[] | undefined {
  const { getCACertificates } = tls as { getCACertificates?(of: 'default' | 'system'): string[] }
  const own = certificatesIn(env.SSL_CERT_FILE)
  if (getCACertificates !== undefined) return [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])]
  return own.length === 0 ? undefined : [...tls.rootCertificates, ...certificatesIn(env.NODE_EXTRA_CA_CERTS), ...own]
}

function certificatesIn(file: string | undefined): string[] {
  return file !== undefined && existsSync(file) ? [readFileSync(file, 'utf8')] : []
}
