import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { withEmbeddedName, withoutEmbeddedName } from '../../src/runs/embeddedNames.ts'

test('what travels with the program has a name instead of a path, and back', () => {
  const path = resolve('embedded/news-mini')
  expect(withEmbeddedName(path)).toBe('embedded:news-mini')
  expect(withoutEmbeddedName('embedded:news-mini')).toBe(path)
  for (const other of [resolve('embedded'), resolve('embedded/news-mini/config.json'), '/data/embedded/news-mini']) {
    expect(withEmbeddedName(other)).toBe(other)
    expect(withoutEmbeddedName(other)).toBe(other)
  }
})

test('a record that was tampered with names no folder beyond', () => {
  for (const name of ['embedded:../../etc', 'embedded:', 'embedded:a/b', 'embedded:..']) expect(withoutEmbeddedName(name)).toBe(name)
})
