import { expect, test } from 'vitest'
import { packageIndex } from '../../src/gpu/packageIndex.ts'

test('an index is known by its address, with or without a slash at the end', () => {
  expect(packageIndex('https://given.test/simple').href).toBe('https://given.test/simple/')
  expect(packageIndex('http://pip.test:8080/').href).toBe('http://pip.test:8080/')
})

test('what is no address is refused, its password unsaid', () => {
  for (const bad of ['ftp://me:secret@files.test/', 'file:///etc', 'mirror']) {
    expect(() => packageIndex(bad)).toThrow(/is not the address of a package index/)
    expect(() => packageIndex(bad)).not.toThrow(/secret/)
  }
})
