import { golden } from './golden.ts'

process.exitCode = await golden(process.argv.slice(2), console.log, console.error)
