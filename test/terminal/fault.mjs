// node --import …/fault.mjs: something befalls the process at its first call of a function of the file system, or of standard
// output's write, with a path or text that matches. FINETUNE_FAULT says what, as the `Fault` of finetune.ts.
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const { call, path, then } = JSON.parse(process.env.FINETUNE_FAULT)
const pattern = new RegExp(path)
let isOver = false

for (const owner of [fs, promises, process.stdout]) {
  const real = owner[call]
  if (real === undefined) continue
  owner[call] = function (...args) {
    if (isOver || !args.some((arg) => typeof arg === 'string' && pattern.test(arg))) return real.apply(this, args)
    isOver = true
    if (typeof then === 'object') return then
    if (!then.startsWith('SIG')) throw Object.assign(new Error(`${then}: ${call} '${args[0]}'`), { code: then })
    process.kill(process.pid, then)
    return real.apply(this, args)
  }
}
syncBuiltinESMExports()
