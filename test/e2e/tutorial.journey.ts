// Hugging Face's tutorial, whole: sign in, AG News, DistilBERT, train, publish, and the published name is read by us, by Python and by transformers.js.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import { hubNews } from '../../src/protocol/formPresets.ts'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { startHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'
import { shared } from '../shared.ts'
import { askMeanwhile } from '../witness/witness.ts'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { publishPrivately, signInWithCode } from './onTheHub.ts'
import { watchSecrets } from './secrets.ts'
import { start } from './ticketForm.ts'
import { accounts, choose, classifiedAs, openFile, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record } from './workspace.ts'

// Without the large references what is embedded stands in for them, under their names.
const model = shared ? join(shared, 'models/minilm-l6-as-distilbert') : 'embedded/news-mini'
const dataset = shared ? join(shared, 'ag_news/ag_news_partial') : 'embedded/news-sample'

const hub = await startHub()
oauthOf(hub).applications.push({ clientId: 'finetune-journey', redirectUris: [] })
const owner = hub.addAccount('mara', 'hf_of_mara_herself')
await hub.add('model', hubNews.model, model)
await hub.add('dataset', hubNews.dataset, dataset, { formerIds: ['ag_news'] })

const options = {
  env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined },
  userData: { 'Machine/settings.json': '{ "finetune.oauthClientId": "finetune-journey" }' },
}

journey('sign in, AG News, DistilBERT, train, publish: the published name classifies alike here, in Python and in JavaScript', options, async ({ vscode, page, workspace }) => {
  onTestFinished(() => hub.close())
  const expectNoSecrets = watchSecrets(hub, vscode)
  await runCommand(page, 'Finetune: Sign In to Hugging Face')
  await signInWithCode(page, owner.name)
  await page.getByText('Signed in to Hugging Face as mara.').first().waitFor()

  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByRole('radio', { name: '1,000 + 1,000, as the tutorial selects' }).waitFor()
  await panel(page).getByRole('textbox', { name: /^Epochs/ }).fill('1')
  await start(page)
  await untilFinished(page)
  const run = join(workspace, 'ag_news-finetuned')
  expect(record(run)).toMatchObject({ state: 'finished', origins: { model: { id: hubNews.model }, dataset: { id: hubNews.dataset } } })

  await panel(page).getByRole('button', { name: 'Publish…' }).click()
  await signInWithCode(page, owner.name) // for more than before
  const name = page.locator('.quick-input-widget input').first()
  await expect.poll(() => name.inputValue()).toBe('ag_news-finetuned')
  await name.fill('distilbert-ag-news-finetuned')
  await name.press('Enter')
  await publishPrivately(page)
  const published = page.locator('.notification-list-item').filter({ hasText: 'mara/distilbert-ag-news-finetuned is published.' })
  await published.getByRole('button', { name: 'Classify with It' }).click()
  await openTrainingView(page)
  await page.getByRole('treeitem', { name: /ag_news-finetuned, finished, in use/ }).waitFor()
  await openFile(page, 'notes.txt')
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team')).toMatch(/^Sports \d+%$/)

  // The name alone is enough, in the editor too.
  rmSync(run, { recursive: true })
  await runCommand(page, 'Finetune: Choose Model…')
  await choose(page, 'Use a Model on the Hub…')
  await page.locator('.quick-input-widget input').first().fill('ag-news')
  await choose(page, 'mara/distilbert-ag-news-finetuned')
  await page.getByRole('treeitem', { name: 'Model in use: mara/distilbert-ag-news-finetuned' }).waitFor()
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team')).toMatch(/^Sports \d+%$/)

  // Signed in twice, it is one account.
  await accounts(page).click()
  expect(await page.getByText('mara (Hugging Face)').count()).toBe(1)
  await page.keyboard.press('Escape')

  const { evaluation: { texts } } = await loadDataset({ dataset: [dataset] })
  await expectAgreement('mara/distilbert-ag-news-finetuned', [...texts.slice(0, 200), canaryText])
  await expectNoSecrets({ processes: 2 })
  expect(vscode.dialogs).toEqual([])
})

type Scores = Prediction["scores"]

/** The clients of the published name give each text the label that we give it, and every score within 1e-5. */
async function expectAgreement(name: string, texts: string[]): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'finetune-readers-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: owner.token, HF_HOME: home, HF_HUB_OFFLINE: '0' }
  const child = promisify(execFile)(process.execPath, ['dist/finetune.js', 'predict', '--model', name, '--json'], { env: { ...process.env, ...env }, maxBuffer: 1 << 24 })
  child.child.stdin!.end(texts.join('\n'))
  const ours = (await child).stdout.trim().split('\n').map((line) => (JSON.parse(line) as Prediction).scores)
  const readers = ['transformersJs.mjs', ...process.env.FINETUNE_WITNESS === '1' ? ['pipeline.py'] : []]
  for (const reader of readers) {
    const [{ scores: theirs }] = await askMeanwhile(reader, { models: [name], hub: true, texts }, env) as { scores: Scores[] }[]
    expect(theirs).toHaveLength(texts.length)
    for (const [index, scores] of theirs.entries()) {
      const [own, other] = [ours[index]!, scores].map((each) => each.toSorted((a, b) => a.label < b.label ? -1 : 1)) as [Scores, Scores]
      expect(scores[0]!.label, texts[index]).toBe(ours[index]![0]!.label)
      expect(other.map(({ label }) => label)).toEqual(own.map(({ label }) => label))
      for (const [place, { score }] of other.entries()) expect(Math.abs(score - own[place]!.score), `${reader}: ${texts[index]}`).toBeLessThan(1e-5)
    }
  }
  if (readers.length === 1) return
  const { model: base, dataset: data } = hubNews
  expect(await askMeanwhile('card.py', { name }, env)).toEqual({ base_model: base, datasets: [data], library: 'transformers', results: ['accuracy', 'f1', 'loss'].map((metric) => [metric, data]) })
}
