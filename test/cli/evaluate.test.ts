import { expect, test } from 'vitest'
import { evaluate } from '../../src/cli/evaluate.ts'
import { evaluationReport } from '../../src/cli/table.ts'
import { evaluation } from './events.ts'

const measured = evaluation(10, 0.8, true)

async function evaluated(json: boolean, given: Record<string, unknown>) {
  const said = { output: '', folder: '', settings: {} }
  await evaluate({
    model: 'run', given, json, people: { write: () => true }, output: { write: (text: string) => { said.output += text; return true } },
    async evaluateModel(folder, settings) {
      Object.assign(said, { folder, settings })
      return measured
    },
  })
  return said
}

test('shows the report, or one line of JSON', async () => {
  const said = await evaluated(false, { dataset: ['d.csv'], max_eval_samples: 100 })
  expect(said.output).toBe(`${evaluationReport(measured).join('\n')}\n`)
  expect(said).toMatchObject({ folder: 'run', settings: { dataset: ['d.csv'], max_eval_samples: 100, per_device_eval_batch_size: 16, text_column: null } })
  expect(JSON.parse((await evaluated(true, { dataset: ['d.csv'] })).output)).toEqual(measured)
})

test('settings are checked as in training', async () => {
  await expect(evaluated(false, {})).rejects.toThrow('dataset is missing: give --dataset')
  await expect(evaluated(false, { dataset: ['d'], max_eval_samples: 0 })).rejects.toThrow('max_eval_samples must be a whole number of at least 1, not 0')
})
