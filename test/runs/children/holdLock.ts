// holdLock PATH [child]: takes the lock, says whether it got it, and holds it until killed or its input ends. With `child` it
// starts a process of its own first, and says its pid.
import { spawn } from 'node:child_process'
import { takeLock } from '../../../src/runs/lock.ts'

const [path, withChild] = process.argv.slice(2)
const lock = await takeLock(path!)
console.log(lock === undefined ? 'refused' : 'held')
if (withChild !== undefined) console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid)
process.stdin.resume().on('end', () => process.exit())
