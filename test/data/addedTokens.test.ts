import { expect, test } from 'vitest'
import { AddedTokens, type AddedToken } from '../../src/data/addedTokens.ts'

/** The text as it is split: tokens in angle brackets. */
function split(text: string, ...tokens: Omit<AddedToken, 'id'>[]): string[] {
  return new AddedTokens(tokens.map((token, id) => ({ id, ...token }))).split(text).map((piece) => ('token' in piece ? `<${piece.token.content}>` : piece.text))
}

test('the longest token at a place is it', () => {
  expect(split('aab[X][XY]', { content: '[X]' }, { content: 'a' }, { content: 'aa' })).toEqual(['<aa>', 'b', '<[X]>', '[XY]'])
  expect(split('', { content: 'a' })).toEqual([])
  expect(split('a.b', { content: '' })).toEqual(['a.b'])
})

test('a single word has no letter, digit, mark or underscore beside it', () => {
  expect(split('new a_new new! (new) new\u0301 \u{1d4d0}new 9new', { content: 'new', single_word: true })).toEqual(['<new>', ' a_new ', '<new>', '! (', '<new>', ') new\u0301 \u{1d4d0}new 9new'])
})

test('the white space beside a token belongs to it where it says so: Unicode\'s, without the byte order mark', () => {
  expect(split('a \u0085\t[M] \u3000b', { content: '[M]', lstrip: true })).toEqual(['a', '<[M]>', ' \u3000b'])
  expect(split('a [M] \u3000\ufeffb', { content: '[M]', rstrip: true })).toEqual(['a ', '<[M]>', '\ufeffb'])
  expect(split('[M] [M]', { content: '[M]', lstrip: true, rstrip: true })).toEqual(['<[M]>', '<[M]>'])
})
