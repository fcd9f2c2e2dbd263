// What package.json contributes and what the code registers are told in two places: they must agree.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandNames, contextKeys } from '../../src/editor/contributions.ts'

interface Entry { command: string, when?: string }
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { commands, menus, views, viewsWelcome } = manifest.contributes as {
  commands: { command: string, category: string }[]
  menus: Record<string, Entry[]>
  views: Record<string, { id: string }[]>
  viewsWelcome: { view: string, when: string }[]
}
const contributed = commands.map(({ command }) => command)
const ours = (names: readonly string[]) => names.map((name) => `finetune.${name}`).sort()
const code = readdirSync('src/editor').map((file) => readFileSync(`src/editor/${file}`, 'utf8')).join('\n')

test('the contributed commands are those that the code registers', () => {
  expect([...contributed].sort()).toEqual(ours(commandNames))
})

test('menus name contributed commands, which all have the category', () => {
  for (const { command } of Object.values(menus).flat()) expect(contributed).toContain(command)
  expect(new Set(commands.map(({ category }) => category).map((category) => category.replace(/^%.*%$/, 'Finetune')))).toEqual(new Set(['Finetune']))
})

test('every command says where the palette shows it', () => {
  expect(menus.commandPalette.filter(({ when }) => when).map(({ command }) => command).sort()).toEqual(contributed.filter((command) => command !== 'finetune.showLog').sort())
})

test('commands that train or classify are offered in trusted workspaces only', () => {
  const palette = new Map(menus.commandPalette.map(({ command, when }) => [command, when]))
  for (const name of ['fineTuneNews', 'fineTuneFile', 'classifySelection', 'resume']) expect(palette.get(`finetune.${name}`)).toContain('isWorkspaceTrusted')
})

test('what needs trust needs native code too', () => {
  const clauses = [...JSON.stringify(manifest.contributes).matchAll(/"when":"((?:[^"\\]|\\.)*)"/g)].map(([, when]) => when)
  expect(clauses.length).toBeGreaterThan(20)
  expect(clauses.filter((when) => when.includes('isWorkspaceTrusted') && !when.includes('!finetune.isUnsupported'))).toEqual([])
})

test('the context keys that menus ask for are those that the code sets', () => {
  const clauses = [...Object.values(menus).flat(), ...viewsWelcome].map(({ when }) => when ?? '').join(' ')
  const asked = [...clauses.matchAll(/finetune\.(\w+)/g)].map(([, name]) => name).filter((name) => name !== 'runs')
  expect([...new Set(asked)].sort()).toEqual([...contextKeys].sort())
})

test('the view that the code fills is the contributed one', () => {
  expect(views.finetune.map(({ id }) => id)).toEqual(['finetune.runs'])
  expect(code).toContain('createTreeView(\'finetune.runs\'')
})

test('a command is asked for by the host only where it exists', () => {
  const named = [...code.matchAll(/(?:executeCommand\(|command[:=] )'(finetune\.[a-zA-Z]+)'/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(contributed).toContain(name)
})
