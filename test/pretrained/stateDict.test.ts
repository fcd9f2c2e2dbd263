/** Pickles put together by hand, as torch writes them and as nobody should. */
import { expect, test } from 'vitest'
import { ForbiddenGlobal, PickleError } from '../../src/pretrained/pickle.ts'
import { readStateDict, tensorEntries } from '../../src/pretrained/stateDict.ts'

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`
const global = (module: string, name: string) => `c${module}\n${name}\n`
/** LONG1 of six bytes: any count that a file may have, also a negative one. */
function number(value: number): string {
  const bytes = Buffer.alloc(6)
  bytes.writeIntLE(value, 0, 6)
  return `\x8a\x06${bytes.toString('latin1')}`
}
const tuple = (...items: string[]) => `(${items.join('')}t`
const counts = (values: readonly number[]) => tuple(...values.map(number))

interface Parts { type: string, elements: number, offset: number, shape: number[], strides: number[], storage: string, rebuild: string }

/** The pickle of a state dict of one tensor `w`, of a storage of 12 numbers. */
function pickleOf(parts: Partial<Parts> = {}): string {
  const { type = global('torch', 'FloatStorage'), elements = 12, offset = 0, shape = [3, 4], strides = [4, 1], rebuild = global('torch._utils', '_rebuild_tensor_v2') } = parts
  const { storage = `${tuple(text('storage'), type, text('0'), text('cpu'), number(elements))}Q` } = parts
  return `\x80\x02}${text('w')}${rebuild}${tuple(storage, number(offset), counts(shape), counts(strides), '\x89', `${global('collections', 'OrderedDict')})R`)}Rs.`
}

function entriesOf(pickle: string): object {
  return Object.fromEntries(tensorEntries(readStateDict(Buffer.from(pickle, 'latin1')), new Map([['0', 100]])))
}

test('a tensor lies where its storage, its offset and its type put it', () => {
  expect(entriesOf(pickleOf())).toEqual({ w: { name: 'w', dtype: 'F32', shape: [3, 4], size: 12, begin: 100, end: 148 } })
  expect(entriesOf(pickleOf({ type: global('torch', 'HalfStorage'), offset: 4, shape: [2, 4] }))).toMatchObject({ w: { dtype: 'F16', begin: 108, end: 124 } })
  // The stride of an axis of length 1 says nothing.
  expect(entriesOf(pickleOf({ shape: [3, 1, 4], strides: [4, 99, 1] }))).toMatchObject({ w: { size: 12 } })
  expect(entriesOf(pickleOf({ shape: [], strides: [], offset: 11 }))).toMatchObject({ w: { size: 1, begin: 144, end: 148 } })
})

const huge = 2 ** 46
test.each<[string, Partial<Parts>, RegExp]>([
  ['beyond its storage', { shape: [4, 4] }, /w reaches beyond its storage/],
  ['from an offset beyond its storage', { offset: 1 }, /w reaches beyond its storage/],
  ['from before its storage', { offset: -1 }, /describes the tensor w/],
  ['of a negative length', { shape: [-3, -4] }, /describes the tensor w/],
  ['of a shape too large to count', { shape: [huge, huge], strides: [huge, 1] }, /w reaches beyond/],
  ['of a shape whose size is no number', { shape: [...Array<number>(23).fill(huge), 0], strides: Array<number>(24).fill(1) }, /w reaches beyond/],
  ['of a negative stride', { strides: [-4, 1] }, /describes the tensor w/],
  ['that repeats one row', { strides: [0, 1] }, /w does not lie in one piece/],
  ['that is transposed', { shape: [4, 3], strides: [1, 4] }, /w does not lie in one piece/],
  ['of more strides than axes', { strides: [4, 1, 1] }, /describes the tensor w/],
  ['of a storage of a negative length', { elements: -12 }, /describes a storage/],
  ['of no storage', { storage: 'N' }, /describes the tensor w/],
  ['of a storage of no class', { type: text('FloatStorage') }, /describes a storage/],
  ['of a storage of another function', { type: global('collections', 'OrderedDict') }, /describes a storage/],
  ['made by a class of storages', { rebuild: global('torch', 'FloatStorage') }, /calls FloatStorage/],
])('a tensor %s is refused', (_, parts, reason) => {
  expect(() => entriesOf(pickleOf(parts))).toThrow(reason)
  expect(() => entriesOf(pickleOf(parts))).toThrow(PickleError)
})

test.each([['os', 'system'], ['builtins', 'eval'], ['__builtin__', 'exec'], ['torch', 'load'], ['torch._utils', '_rebuild_qtensor'], ['collections', 'OrderedDict.__init__'], ['', 'torch.FloatStorage'], ['constructor', 'constructor']])(
  'the name %s.%s is refused, called or not', (module, name) => {
    for (const pickle of [`\x80\x02${global(module, name)}${tuple(text('rm'))}R.`, pickleOf({ rebuild: global(module, name) }), `\x80\x02}${text('w')}${global(module, name)}s.`]) {
      expect(() => entriesOf(pickle)).toThrow(ForbiddenGlobal)
    }
  })

test('a pickle cut off at any byte is refused', () => {
  const whole = pickleOf()
  for (let length = 0; length < whole.length; length++) expect(() => entriesOf(whole.slice(0, length)), String(length)).toThrow(PickleError)
})

test.each([
  ['the instruction of another class', `\x80\x02${global('collections', 'OrderedDict')})\x81.`], ['a newer protocol', '\x80\x04}.'], ['nothing', '\x80\x02.'], ['no dictionary', '\x80\x02N.'],
  ['an empty dictionary', '\x80\x02}.'], ['a mark that is not there', '\x80\x02u.'], ['a call of a number', `\x80\x02${number(1)})R.`], ['a value that is not remembered', '\x80\x02h\x07.'],
  ['items of a list', `\x80\x02]${text('w')}Ns.`], ['half an item', `\x80\x02}(${text('w')}u.`], ['a number of twenty bytes', `\x80\x02\x8a\x14${'\0'.repeat(20)}.`],
  ['a text longer than the file', '\x80\x02X\xff\xff\xff\xff.'], ['a list that has itself', '\x80\x02}(]q\0h\0aNu.'], ['no tensor', `\x80\x02}${text('w')}${text('x')}s.`],
  ['a tensor without a name', pickleOf().replace(text('w'), 'N')],
  ['arguments for a dictionary', `\x80\x02${global('collections', 'OrderedDict')}${tuple(']')}R.`],
])('%s is refused', (_, pickle) => {
  expect(() => entriesOf(pickle)).toThrow(PickleError)
})
