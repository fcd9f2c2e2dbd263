/**
 * Reads a pickle as data: of what it names, only what is allowed is made, by functions of ours, and nothing of it is ever run.
 * https://docs.python.org/3/library/pickletools.html; the instructions are those of protocol 2 that torch.save writes for a state dict.
 */

/** What a pickle may name (`module.name`), and what its persistent ids stand for. Each makes a value of ours, or throws a PickleError. */
export interface Allowed {
  readonly globals: ReadonlyMap<string, PickleGlobal>
  persistent(id: unknown): unknown
}

/** Stands for a class or function of Python: `call` gets the arguments that it would be called with. */
export class PickleGlobal {
  readonly name: string
  readonly call: (args: readonly unknown[]) => unknown

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name
    this.call = call
  }
}

/** Why a pickle is not read. */
export class PickleError extends Error {}

/** It names what data does not need, and what may run code in Python. */
export class ForbiddenGlobal extends PickleError {
  readonly global: string

  constructor(global: string) {
    super(`it names ${global}`)
    this.global = global
  }
}

const mark = Symbol('mark')
const endsEarly = 'it ends in the middle'
const takesTooMuch = 'it takes more than it has put down'

/**
 * The value of the pickle that begins at byte `start`, and where it ends. Dictionaries become Maps, tuples and lists arrays.
 * @throws PickleError for what is malformed, or of no use to data
 */
export function readPickle(bytes: Buffer, allowed: Allowed, start = 0): { value: unknown, end: number } {
  const reader = new Reader(bytes, start)
  const stack: unknown[] = []
  const memo = new Map<number, unknown>()

  function pop(): unknown {
    if (stack.length === 0) throw new PickleError(takesTooMuch)
    return stack.pop()
  }
  function popToMark(): unknown[] {
    const place = stack.lastIndexOf(mark)
    if (place < 0) throw new PickleError(takesTooMuch)
    return stack.splice(place).slice(1)
  }
  function tuple(count: number): void {
    if (stack.length < count) throw new PickleError(takesTooMuch)
    stack.push(stack.splice(stack.length - count))
  }
  function append(values: readonly unknown[]): void {
    const list = stack.at(-1)
    if (!Array.isArray(list)) throw new PickleError('it appends to what is no list')
    for (const value of values) list.push(value)
  }
  function setItems(items: readonly unknown[]): void {
    const map = stack.at(-1)
    if (!(map instanceof Map) || items.length % 2 !== 0) throw new PickleError('it sets items of what is no dictionary')
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1])
  }
  function remember(place: number): void {
    if (stack.length === 0) throw new PickleError(takesTooMuch)
    memo.set(place, stack.at(-1))
  }
  function recall(place: number): void {
    if (!memo.has(place)) throw new PickleError('it refers to what is not there')
    stack.push(memo.get(place))
  }
  function global(): void {
    const name = `${reader.line()}.${reader.line()}`
    const found = allowed.globals.get(name)
    if (!found) throw new ForbiddenGlobal(name)
    stack.push(found)
  }
  function reduce(): void {
    const args = pop()
    const callee = pop()
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) throw new PickleError('it calls what is no function')
    stack.push(callee.call(args))
  }

  for (;;) {
    const code = reader.byte()
    switch (String.fromCharCode(code)) {
      case '\x80': if (reader.byte() !== 2) throw new PickleError('it is not of protocol 2'); break // PROTO
      case '.': return { value: pop(), end: reader.at } // STOP
      case '(': stack.push(mark); break // MARK
      case 'N': stack.push(null); break // NONE
      case '\x88': stack.push(true); break // NEWTRUE
      case '\x89': stack.push(false); break // NEWFALSE
      case 'K': stack.push(reader.byte()); break // BININT1
      case 'M': stack.push(reader.uint16()); break // BININT2
      case 'J': stack.push(reader.int32()); break // BININT
      case '\x8a': stack.push(reader.long()); break // LONG1
      case 'X': stack.push(reader.text()); break // BINUNICODE
      case '}': stack.push(new Map()); break // EMPTY_DICT
      case ']': case ')': stack.push([]); break // EMPTY_LIST, EMPTY_TUPLE
      case 't': stack.push(popToMark()); break // TUPLE
      case '\x85': tuple(1); break // TUPLE1
      case '\x86': tuple(2); break // TUPLE2
      case '\x87': tuple(3); break // TUPLE3
      case 'a': append([pop()]); break // APPEND
      case 'e': append(popToMark()); break // APPENDS
      case 's': tuple(2); setItems(pop() as unknown[]); break // SETITEM
      case 'u': setItems(popToMark()); break // SETITEMS
      case 'q': remember(reader.byte()); break // BINPUT
      case 'r': remember(reader.uint32()); break // LONG_BINPUT
      case 'h': recall(reader.byte()); break // BINGET
      case 'j': recall(reader.uint32()); break // LONG_BINGET
      case 'c': global(); break // GLOBAL
      case 'Q': stack.push(allowed.persistent(pop())); break // BINPERSID
      case 'R': reduce(); break // REDUCE
      case 'b': pop(); break // BUILD: attributes, such as the versions that torch notes beside a state dict
      default: throw new PickleError(`it has the instruction ${code}, which a state dict does not need`)
    }
  }
}

class Reader {
  readonly #bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  byte(): number { return this.#bytes[this.#skip(1)] }
  uint16(): number { return this.#bytes.readUInt16LE(this.#skip(2)) }
  uint32(): number { return this.#bytes.readUInt32LE(this.#skip(4)) }
  int32(): number { return this.#bytes.readInt32LE(this.#skip(4)) }

  text(): string { return this.#utf8(this.uint32()) }

  line(): string {
    const end = this.#bytes.indexOf('\n', this.at)
    if (end < 0) throw new PickleError(endsEarly)
    const line = this.#utf8(end - this.at)
    this.at += 1
    return line
  }

  /** A whole number; one of more than six bytes is no count of anything in a file. */
  long(): number {
    const length = this.byte()
    if (length > 6) throw new PickleError('it has a number that is too large')
    return length === 0 ? 0 : this.#bytes.readIntLE(this.#skip(length), length)
  }

  #utf8(length: number): string {
    const at = this.#skip(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  /** Where the next `count` bytes begin, and goes on after them. */
  #skip(count: number): number {
    const { at } = this
    if (at + count > this.#bytes.length) throw new PickleError(endsEarly)
    this.at += count
    return at
  }
}
