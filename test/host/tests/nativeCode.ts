import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { extension } from './extension.ts'

interface Report {
  sharedObjects: string[]
}

describe('native code', () => {
  it('of the extension is not loaded in the host', async () => {
    await extension().activate()
    const { sharedObjects } = process.report.getReport() as unknown as Report
    assert.ok(sharedObjects.length > 0)
    assert.deepEqual(sharedObjects.filter((path) => path.startsWith(extension().extensionPath)), [])
  })
})
