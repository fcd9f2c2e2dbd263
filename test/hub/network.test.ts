/** The way out, in a process of its own as the trainer and the command have it: variables are read once. */
import { execFile, execFileSync, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'finetune-network-'))
const program = join(folder, 'ask.mjs')
const downloads = 'node_modules/.test-children/network.mjs' // within the project, so that packages are found from there
const servers: Server[] = []
const proxied: string[] = []

beforeAll(async () => {
  const source = `import { useEnvironmentNetwork } from './src/hub/network.ts'
    useEnvironmentNetwork()
    const answer = await fetch(process.argv[2]).then((response) => response.text(), (error) => error.cause?.code ?? String(error))
    console.log(answer)`
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' }
  await build({ stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', outfile: program, banner })
  await build({ entryPoints: ['test/hub/children/download.ts'], outfile: downloads, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
})

afterAll(() => {
  for (const server of servers) server.close()
})

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

async function ask(url: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { HTTP_PROXY: _1, HTTPS_PROXY: _2, NO_PROXY: _3, http_proxy: _4, https_proxy: _5, no_proxy: _6, ...rest } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [program, url], { env: { ...rest, ...env } })
  return stdout.trim()
}

test('requests go through the proxy of the environment, but for what NO_PROXY names', async () => {
  const target = await listen(createServer((_request, response) => response.end('there')))
  const proxy = createServer((_request, response) => response.writeHead(502).end('no tunnel')).on('connect', (request, socket) => {
    proxied.push(request.url!)
    const [, port] = request.url!.split(':')
    const through = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
  })
  const HTTP_PROXY = `http://127.0.0.1:${await listen(proxy)}`
  expect(await ask(`http://127.0.0.1:${target}/`, { HTTP_PROXY })).toBe('there')
  expect(proxied).toEqual([`127.0.0.1:${target}`])
  expect(await ask(`http://127.0.0.1:${target}/`, { HTTP_PROXY, NO_PROXY: '127.0.0.1' })).toBe('there')
  expect(proxied).toHaveLength(1)
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!hasOpenssl)('a certificate is trusted where the environment names it', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
  const port = await listen(createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.end('there')))
  const url = `https://127.0.0.1:${port}/`
  expect(await ask(url, {})).toMatch(/SELF_SIGNED/)
  expect(await ask(url, { SSL_CERT_FILE: cert })).toBe('there')
  expect(await ask(url, { NODE_EXTRA_CA_CERTS: cert })).toBe('there')

  // And what a download makes of it.
  const open = await listen(createServer((_request, response) => response.end('{}')))
  const secure = await listen(createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${open}/` }).end()))
  expect(await mistakeOfDownload(`https://127.0.0.1:${secure}`, {})).toBe('hub.certificate')
  expect(await mistakeOfDownload(`https://127.0.0.1:${secure}`, { SSL_CERT_FILE: cert })).toBe('hub.downgrade')
})

async function mistakeOfDownload(endpoint: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const child = fork(downloads, [endpoint, folder, 'ada/model', '60000'], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [[code]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
  return code
}
