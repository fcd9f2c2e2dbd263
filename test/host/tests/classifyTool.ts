import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { texts, witnessFile } from '../predictions.ts'

interface Predicted {
  label: string
  score: number
}

describe('the tool classify_text', () => {
  it('answers as finetune predict does', async () => {
    const { model, predictions } = JSON.parse(readFileSync(join(homedir(), witnessFile), 'utf8')) as { model: string, predictions: Predicted[] }
    const run = createHash('sha256').update(model).digest('hex').slice(0, 32)
    await vscode.commands.executeCommand('finetune.refresh')
    await vscode.commands.executeCommand('finetune.useForClassification', { run })
    const { content: [part] } = await vscode.lm.invokeTool('classify_text', { input: { texts }, toolInvocationToken: undefined })
    const { results } = JSON.parse((part as vscode.LanguageModelTextPart).value) as { results: Predicted[] }
    assert.deepEqual(results.map(({ label }) => label), predictions.map(({ label }) => label))
    for (const [index, { score }] of results.entries()) assert.ok(Math.abs(score - predictions[index].score) < 1e-3, `${score} is not ${predictions[index].score}`)
  })
})
