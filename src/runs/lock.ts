/**
 * A lock on a file that the system itself releases when its holder dies, however it dies: there is no stale lock to clean up.
 *
 * On Linux and macOS it is flock(2); on Windows a file opened for nobody else (not yet verified on a real machine). Neither goes
 * to child processes: Node opens files with O_CLOEXEC, and a Windows handle is not inheritable unless asked for.
 */
import { constants } from 'node:os'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { UserError } from '../protocol/errors.ts'

export interface Lock {
  release(): Promise<void>
}

/**
 * Takes the lock, or returns undefined where another process holds it. The file is made where it is missing, and only ever
 * removed together with its folder.
 * @throws UserError where the file system cannot lock
 */
export async function takeLock(path: string): Promise<Lock | undefined> {
  // isLocked may hold the lock for an instant; a run holds it for as long as it lives.
  for (const milliseconds of [10, 40, 200]) {
    const lock = await tryLock(path, 'a')
    if (lock !== undefined) return lock
    await setTimeout(milliseconds)
  }
  return tryLock(path, 'a')
}

/** Whether a living process holds the lock. False where there is no such file. */
export async function isLocked(path: string): Promise<boolean> {
  try {
    const lock = await tryLock(path, 'r')
    await lock?.release()
    return lock === undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** @param mode `a` makes a missing file, `r` does not */
function tryLock(path: string, mode: 'a' | 'r'): Promise<Lock | undefined> {
  return process.platform === 'win32' ? openForNobodyElse(path, mode) : flock(path, mode)
}

const exclusive = 2 // LOCK_EX
const atOnce = 4 // LOCK_NB

async function flock(path: string, mode: 'a' | 'r'): Promise<Lock | undefined> {
  const koffi = await loadKoffi()
  const flockFile = koffi.load(null).func('int flock(int fd, int operation)')
  const file = await open(path, mode)
  if (flockFile(file.fd, exclusive | atOnce) !== 0) {
    const reason = koffi.errno()
    await file.close()
    if (reason === constants.errno.EWOULDBLOCK) return undefined
    throw new UserError('run.cannot-lock', { path, reason })
  }
  if (await isStillAt(path, file)) return { release: () => file.close() }
  // The former holder removed its folder between our open and our lock: what we hold is nobody's file.
  await file.close()
  return flock(path, mode)
}

async function isStillAt(path: string, file: FileHandle): Promise<boolean> {
  const [ours, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
  return there?.ino === ours.ino && there.dev === ours.dev
}

const writeAccess = 0x40000000 // GENERIC_WRITE
const shareRemoval = 4 // FILE_SHARE_DELETE: nobody else opens it, but its holder may remove it
const disposition = { a: 4, r: 3 } // OPEN_ALWAYS, OPEN_EXISTING
const normalFile = 0x80 // FILE_ATTRIBUTE_NORMAL
const invalidHandle = -1
const fileNotFound = 2 // ERROR_FILE_NOT_FOUND
const sharingViolation = 32 // ERROR_SHARING_VIOLATION

async function openForNobodyElse(path: string, mode: 'a' | 'r'): Promise<Lock | undefined> {
  const koffi = await loadKoffi()
  const kernel32 = koffi.load('kernel32.dll')
  const createFile = kernel32.func('intptr_t __stdcall CreateFileW(str16 name, uint32_t access, uint32_t share, void *security, uint32_t disposition, uint32_t flags, void *template)')
  const handle = createFile(path, writeAccess, shareRemoval, null, disposition[mode], normalFile, null)
  if (Number(handle) === invalidHandle) {
    const reason = kernel32.func('uint32_t __stdcall GetLastError()')()
    if (reason === sharingViolation) return undefined
    if (reason === fileNotFound) throw Object.assign(new Error(`no file at ${path}`), { code: 'ENOENT' })
    throw new UserError('run.cannot-lock', { path, reason })
  }
  const closeHandle = kernel32.func('int __stdcall CloseHandle(intptr_t handle)')
  return { release: async () => void closeHandle(handle) }
}

/** Loaded when first needed: who only reads run folders loads no native code. */
async function loadKoffi(): Promise<typeof import('../runtime/koffi.ts').default> {
  return (await import('../runtime/koffi.ts')).default
}
