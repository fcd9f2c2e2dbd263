import { chmod, chown, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { privateFolder } from '../../src/runs/privateFolder.ts'
import { ownUserFolder } from './userFolder.ts'

const user = ownUserFolder()
const onPosix = test.skipIf(process.platform === 'win32')

onPosix('nobody else can open it, whatever the umask', async () => {
  const before = process.umask(0)
  try {
    const folder = await privateFolder('sockets')
    expect(folder.startsWith(user.folder)).toBe(true)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await privateFolder('sockets')).toBe(folder)
  } finally {
    process.umask(before)
  }
})

onPosix.each([
  ['others can list it', async (folder: string) => chmod(folder, 0o750), 'others can open it'],
  ['it leads elsewhere', async (folder: string) => {
    await rm(folder, { recursive: true })
    await mkdir(join(user.folder, 'elsewhere'), { mode: 0o700 })
    await symlink(join(user.folder, 'elsewhere'), folder)
  }, 'it is no folder'],
])('refused where %s', async (_, spoil, reason) => {
  const folder = await privateFolder('sockets')
  await spoil(folder)
  await expect(privateFolder('sockets')).rejects.toMatchObject({ code: 'user.folder-not-private', args: { folder, reason } })
})

test.skipIf(process.platform === 'win32' || process.getuid!() !== 0)('refused where it belongs to another user', async () => {
  const folder = await privateFolder('sockets')
  await chown(folder, 12345, 12345)
  await expect(privateFolder('sockets')).rejects.toMatchObject({ args: { reason: 'it belongs to another user' } })
})

test('a place that cannot be written is a person\'s mistake', async () => {
  const folder = await privateFolder('sockets')
  await rm(dirname(folder), { recursive: true })
  await writeFile(dirname(folder), 'a file')
  await expect(privateFolder('sockets')).rejects.toMatchObject({ code: 'user.folder-unwritable', args: { folder } })
})
