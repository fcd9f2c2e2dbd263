// What package.json contributes and what the code registers are told in two places: they must agree.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandNames, contextKeys, milestones, settings } from '../../src/editor/contributions.ts'

interface Entry { command: string, when?: string }
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { commands, menus, views, viewsWelcome, configuration, walkthroughs, languageModelTools } = manifest.contributes as {
  commands: { command: string, category: string }[]
  menus: Record<string, Entry[]>
  views: Record<string, { id: string }[]>
  viewsWelcome: { view: string, when: string }[]
  configuration: { properties: Record<string, { default: unknown, scope: string, enum?: string[] }> }
  walkthroughs: { steps: { completionEvents: string[], media: { svg: string } }[] }[]
  languageModelTools: { name: string }[]
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

test('commands that do more than look are offered in trusted workspaces only, wherever they are offered', () => {
  const looking = [...code.matchAll(/const looking: readonly CommandName\[\] = \[(.*)\]/g)].flatMap(([, names]) => [...names.matchAll(/\w+/g)].map(([name]) => `finetune.${name}`))
  expect(looking).toContain('finetune.openRun')
  for (const { command, when } of Object.values(menus).flat()) {
    if (when !== 'false' && !looking.includes(command)) expect(when, command).toContain('isWorkspaceTrusted')
  }
})

test('what needs trust needs native code too', () => {
  const clauses = [...JSON.stringify(manifest.contributes).matchAll(/"when":"((?:[^"\\]|\\.)*)"/g)].map(([, when]) => when)
  expect(clauses.length).toBeGreaterThan(20)
  expect(clauses.filter((when) => when.includes('isWorkspaceTrusted') && !when.includes('!finetune.isUnsupported'))).toEqual([])
})

test('the context keys that menus ask for are those that the code sets', () => {
  const clauses = [...Object.values(menus).flat(), ...viewsWelcome].map(({ when }) => when ?? '').join(' ')
  const asked = [...clauses.matchAll(/finetune\.(\w+)/g)].map(([, name]) => name).filter((name) => name !== 'runs')
  expect([...new Set(asked)].sort()).toEqual(contextKeys.filter((key) => !(milestones as readonly string[]).includes(key)).sort())
})

test('a step of the walkthrough is done by what was really done, and has its picture', () => {
  const steps = walkthroughs.flatMap(({ steps }) => steps)
  expect(steps.flatMap(({ completionEvents }) => completionEvents)).toEqual(milestones.map((name) => `onContext:finetune.${name}`))
  for (const { media } of steps) {
    const picture = readFileSync(media.svg, 'utf8')
    expect(picture).toContain('var(--vscode-')
    expect(picture).not.toMatch(/"#[0-9a-f]{3,8}"|rgb\(|(fill|stroke)="(white|black)"/i)
  }
})

test('the contributed settings are those that the code reads, with the same defaults', () => {
  const defaults = Object.fromEntries(Object.entries(configuration.properties).map(([name, property]) => [name, property.default]))
  expect(defaults).toEqual(Object.fromEntries(Object.entries(settings).map(([name, value]) => [`finetune.${name}`, value])))
})

test('no workspace can set a path, a program, a native library, an endpoint or a client id', () => {
  const names = Object.keys(configuration.properties)
  const dangerous = names.filter((name) => /path|program|executable|command|librar|folder|director|endpoint|url|host|proxy|client|node/i.test(name.slice('finetune.'.length)))
  expect(dangerous).toContain('finetune.nodePath')
  for (const name of dangerous) expect(configuration.properties[name].scope, name).toBe('machine')
  for (const name of names) expect(['machine', 'application'], name).toContain(configuration.properties[name].scope)
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(dangerous)
})

test('the contributed language-model tool is the one that the code registers', () => {
  expect(languageModelTools.map(({ name }) => name)).toEqual([/toolName = '(\w+)'/.exec(code)?.[1]])
})

test('every file that the manifest names is there', () => {
  const files = [...JSON.stringify(manifest.contributes).matchAll(/"(media\/[^"]+)"/g)].map(([, file]) => file)
  expect(files.length).toBeGreaterThan(5)
  expect(files.filter((file) => !existsSync(file))).toEqual([])
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
