// What package.json contributes and what the code registers are told in two places: they must agree.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { commands, menus, views } = manifest.contributes as {
  commands: { command: string, category: string }[]
  menus: Record<string, { command: string }[]>
  views: Record<string, { id: string }[]>
}
const contributed = commands.map(({ command }) => command)

test('every contributed command is registered, and no other', () => {
  const code = readFileSync('src/editor/commands.ts', 'utf8')
  const handlers = code.slice(code.indexOf('const handlers'), code.indexOf('return vscode.Disposable.from'))
  const registered = [...handlers.matchAll(/^ {4}(?:async )?(\w+)(?::|\()/gm)].map(([, name]) => `finetune.${name}`)
  expect(registered.sort()).toEqual([...contributed].sort())
})

test('menus name contributed commands, which all have the category', () => {
  for (const { command } of Object.values(menus).flat()) expect(contributed).toContain(command)
  expect(new Set(commands.map(({ category }) => category))).toEqual(new Set(['Finetune']))
})

test('commands that train or classify are offered in trusted workspaces only', () => {
  const palette = new Map(menus.commandPalette.map(({ command, when }: { command: string, when?: string }) => [command, when]))
  for (const name of ['fineTuneNews', 'fineTuneFile', 'classifySelection', 'resume']) expect(palette.get(`finetune.${name}`)).toContain('isWorkspaceTrusted')
})

test('the view that the code fills is the contributed one', () => {
  expect(views.finetune.map(({ id }) => id)).toEqual(['finetune.runs'])
  expect(readFileSync('src/editor/trainingView.ts', 'utf8')).toContain('createTreeView(\'finetune.runs\'')
})

test('a command is asked for by the host only where it exists', () => {
  const named = ['classifySelection', 'commands', 'endNotice', 'trainingView', 'activeModel']
    .flatMap((file) => [...readFileSync(`src/editor/${file}.ts`, 'utf8').matchAll(/'(finetune\.[a-zA-Z]+)'/g)].map(([, name]) => name))
    .filter((name) => !['finetune.runs', 'finetune.model', 'finetune.activeModel'].includes(name))
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(contributed).toContain(name)
})
