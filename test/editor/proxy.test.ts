// Processes of ours go through the proxy that VS Code goes through.
import { execFileSync } from 'node:child_process'
import { beforeEach, expect, test, vi } from 'vitest'
import { proxyVariables } from '../../src/editor/proxy.ts'
import { childEnvironment } from '../../src/protocol/childEnvironment.ts'

const settings = vi.hoisted(() => ({}) as Record<string, unknown>)
vi.mock('vscode', () => ({
  workspace: { getConfiguration: () => ({ get: (name: string, otherwise: unknown) => settings[name] ?? otherwise }) },
}))

beforeEach(() => { for (const name of Object.keys(settings)) delete settings[name] })

/** What a process sees that is started as the worker is. */
function seen(env: NodeJS.ProcessEnv): Record<string, string> {
  const print = 'console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => /proxy$/i.test(name)))))'
  return JSON.parse(execFileSync(process.execPath, ['-e', print], { env: { ...childEnvironment(env), ...proxyVariables() }, encoding: 'utf8' })) as Record<string, string>
}

const both = (name: string, value: string) => ({ [name]: value, [name.toLowerCase()]: value })

test('the settings come before the environment, in whatever letters that names it', () => {
  settings.proxy = 'http://proxy.test:3128'
  settings.noProxy = ['localhost', '*.corp.test']
  expect(seen({ https_proxy: 'http://other.test', NO_PROXY: 'x' })).toEqual({ ...both('HTTP_PROXY', 'http://proxy.test:3128'), ...both('HTTPS_PROXY', 'http://proxy.test:3128'), ...both('NO_PROXY', 'localhost,*.corp.test') })
})

test('what is not set leaves the environment as it is', () => {
  const env = { HTTPS_PROXY: 'http://other.test', no_proxy: 'x' }
  expect(seen(env)).toEqual(env)
  settings.noProxy = ['localhost']
  expect(seen(env)).toEqual(env)
  settings.proxy = 'http://proxy.test'
  settings.noProxy = []
  expect(seen({ no_proxy: 'x' })).toEqual({ ...both('HTTP_PROXY', 'http://proxy.test'), ...both('HTTPS_PROXY', 'http://proxy.test'), no_proxy: 'x' })
  settings.proxySupport = 'off'
  expect(seen(env)).toEqual(env)
})
