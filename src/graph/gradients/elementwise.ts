import { cast, cos, div, exp, mul, neg, sin, sub, where } from '../operators.ts'
import type { Rule } from './rule.ts'

type Names = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Erf' | 'Tanh' | 'Sigmoid' | 'Cos' | 'Sin' | 'Where' | 'Cast'

export const elementwise: { [Name in Names]: Rule<Name> } = {
  // d(a + b) = da + db
  Add: ({ dy }) => [dy, dy],
  // d(a − b) = da − db
  Sub: ({ dy, needs }) => [dy, needs[1] ? neg(dy) : null],
  // d(a b) = b da + a db
  Mul: ({ x: [a, b], dy, needs }) => [needs[0] ? mul(dy, b) : null, needs[1] ? mul(dy, a) : null],
  // d(a / b) = da / b − y db / b
  Div: ({ x: [, b], y, dy, needs }) => [needs[0] ? div(dy, b) : null, needs[1] ? neg(div(mul(dy, y), b)) : null],
  // d(−x) = −dx
  Neg: ({ dy }) => [neg(dy)],
  // d eˣ = eˣ dx
  Exp: ({ y, dy }) => [mul(dy, y)],
  // d ln x = dx / x
  Log: ({ x: [x], dy }) => [div(dy, x)],
  // d √x = dx / (2 √x)
  Sqrt: ({ y, dy }) => [div(mul(dy, 0.5), y)],
  // d erf x = 2/√π e^(−x²) dx
  Erf: ({ x: [x], dy }) => [mul(mul(dy, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))))],
  // d tanh x = (1 − tanh² x) dx
  Tanh: ({ y, dy }) => [mul(dy, sub(1, mul(y, y)))],
  // d σ(x) = σ (1 − σ) dx
  Sigmoid: ({ y, dy }) => [mul(dy, sub(y, mul(y, y)))],
  // d cos x = −sin x dx
  Cos: ({ x: [x], dy }) => [neg(mul(dy, sin(x)))],
  // d sin x = cos x dx
  Sin: ({ x: [x], dy }) => [mul(dy, cos(x))],
  // d where(c, a, b) = where(c, da, db)
  Where: ({ x: [condition], dy, needs }) => [null, needs[1] ? where(condition, dy, 0) : null, needs[2] ? where(condition, 0, dy) : null],
  // between floating types: dx = dy, in x's
  Cast: ({ x: [x], dy }) => [cast(dy, x.dtype)],
}

