/** The palette's commands. One that is not given a run works on the only one it fits, or asks. */
import * as vscode from 'vscode'
import { accountOf } from '../hub/account.ts'
import { UserError } from '../protocol/errors.ts'
import { isLiveState } from '../protocol/panelMessages.ts'
import type { RunState } from '../protocol/panelMessages.ts'
import { modelRequest } from '../protocol/workerRequests.ts'
import { classifyFile } from './classifyFile.ts'
import { offerModel } from './classifySelection.ts'
import type { ClassifySelection } from './classifySelection.ts'
import { ComparePanel } from './comparePanel.ts'
import { commandNames } from './contributions.ts'
import type { CommandName } from './contributions.ts'
import { errorText } from './errorText.ts'
import type { HubAccount } from './hubAccount.ts'
import { showHubCache } from './hubCache.ts'
import { useHubModel } from './hubModel.ts'
import { asLabel, asNotice } from './plainText.ts'
import { Publishing } from './publishing.ts'
import { deleteRuns } from './deleteRuns.ts'
import { RunPanel } from './runPanel.ts'
import { setUpGpu } from './setUpGpu.ts'
import type { PanelParts } from './runPanel.ts'
import type { RunEntry } from './runs.ts'
import type { TrainingItem } from './trainingView.ts'
import { requireTrust } from './trust.ts'
import { day, percent, stateName } from './wording.ts'

export function registerCommands(parts: PanelParts, selection: ClassifySelection, account: HubAccount): vscode.Disposable {
  const { runs, training, model, worker, log } = parts
  const publishing = new Publishing(account, worker, runs)

  /** The run of a tree item, else one of those in the given states. Undefined where the person chose none, or was told that there is none. */
  async function runFor(item: TrainingItem | undefined, states: readonly RunState[], question: string, isFitting = (_run: RunEntry) => true): Promise<RunEntry | undefined> {
    await runs.refresh()
    if (isRunItem(item)) {
      const run = runs.get(item.run)
      if (run && states.includes(run.state)) return run
      return inform(run ? vscode.l10n.t('{0} is {1} now: this cannot be done with it.', run.name, stateName(run.state)) : vscode.l10n.t('That run is no longer there.'))
    }
    const fitting = runs.list.filter((run) => states.includes(run.state) && isFitting(run))
    if (fitting.length === 0) return inform(vscode.l10n.t('There is no run that this can be done with now.'))
    return fitting.length === 1 && states.length < allStates.length ? fitting[0] : pickRun(fitting, question)
  }

  /** The runs that are selected in the tree, else those that the person chooses. */
  async function severalFor(item: unknown, items: unknown, placeHolder: string, isFitting: (run: RunEntry) => boolean = () => true): Promise<RunEntry[]> {
    const selected = Array.isArray(items) ? items : [item]
    const found = selected.flatMap((each) => isRunItem(each) ? runs.get(each.run) ?? [] : [])
    if (found.length > 0) return found
    await runs.refresh()
    const fitting = runs.list.filter(isFitting)
    if (fitting.length === 0) {
      inform(vscode.l10n.t('There is no run that this can be done with now.'))
      return []
    }
    const chosen = await vscode.window.showQuickPick(fitting.map(pickItem), { placeHolder, canPickMany: true })
    return chosen?.map(({ run }) => run) ?? []
  }

  const handlers: Record<CommandName, (argument?: unknown, others?: unknown) => Promise<unknown> | void> = {
    fineTuneNews: () => RunPanel.open(parts, { news: true }),
    fineTuneFile: (file) => RunPanel.open(parts, { news: false, file: file instanceof vscode.Uri ? file : undefined }),
    classifySelection: () => selection.run(),
    async classifyFile(argument) {
      const run = isRunItem(argument) ? runs.get(argument.run) : undefined
      const folder = run?.folder ?? model.folder
      if (folder === undefined) return offerModel()
      await classifyFile(worker, folder, argument instanceof vscode.Uri ? argument : undefined)
    },
    async openRun(item) {
      const run = await runFor(item as TrainingItem, allStates, vscode.l10n.t('Open which run?'))
      if (run) RunPanel.open(parts, { run: run.id })
    },
    async stop(item) {
      const run = await runFor(item as TrainingItem, ['running', 'queued', 'paused'], vscode.l10n.t('Stop which run?'))
      if (run) await training.stop(run.folder)
    },
    async pause(item) {
      const run = await runFor(item as TrainingItem, ['running', 'queued'], vscode.l10n.t('Pause which run?'))
      if (run) await training.pause(run.folder)
    },
    async resume(item) {
      const run = await runFor(item as TrainingItem, ['paused', 'stopped', 'interrupted', 'failed'], vscode.l10n.t('Go on with which run?'))
      if (!run) return
      RunPanel.open(parts, { run: run.id })
      await training.resume(run.folder)
    },
    async runAgain(item) {
      const run = await runFor(item as TrainingItem, allStates, vscode.l10n.t('Change and run which one again?'))
      if (run) RunPanel.open(parts, { again: run.id })
    },
    async compareRuns(item, items) {
      const chosen = await severalFor(item, items, vscode.l10n.t('Compare which runs?'))
      if (chosen.length > 1) ComparePanel.open(parts, chosen.map(({ id }) => id))
      else if (chosen.length === 1) inform(vscode.l10n.t('Choose two runs or more to compare them.'))
    },
    async deleteRun(item, items) {
      await deleteRuns(parts, await severalFor(item, items, vscode.l10n.t('Delete which runs?'), (run) => !isLiveState(run.state)))
    },
    async useForClassification(item) {
      const run = await runFor(item as TrainingItem, ['finished'], vscode.l10n.t('Classify with which run?'))
      if (run) await model.use(run.folder)
    },
    async useModelFolder() {
      const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: vscode.l10n.t('Use') }) ?? []
      if (!folder) return
      const { hasOnnx } = await worker.request(modelRequest, folder.fsPath)
      if (!hasOnnx) throw new UserError('classify.no-onnx', { folder: folder.fsPath })
      await model.use(folder.fsPath)
    },
    useHubModel: () => useHubModel({ worker, account, model }),
    async chooseModel() {
      const finished = runs.list.filter(({ state }) => state === 'finished').map(pickItem)
      const others = [
        { label: vscode.l10n.t('Use a Model Folder…'), command: 'finetune.useModelFolder' },
        { label: vscode.l10n.t('Use a Model on the Hub…'), command: 'finetune.useHubModel' },
      ]
      const chosen = await vscode.window.showQuickPick<{ label: string, run?: RunEntry, command?: string }>([...finished, ...others], { placeHolder: vscode.l10n.t('Classify with which model?') })
      if (chosen?.run) await model.use(chosen.run.folder)
      else if (chosen?.command) await vscode.commands.executeCommand(chosen.command)
    },
    async publish(item) {
      const run = await runFor(item as TrainingItem, ['finished'], vscode.l10n.t('Publish which run?'))
      if (run) await publishing.publish(run)
    },
    async openOnHub(item) {
      const run = await runFor(item as TrainingItem, ['finished'], vscode.l10n.t('Open which model?'), ({ isPublished }) => isPublished)
      if (run) await publishing.open(run)
    },
    hubCache: () => showHubCache(parts),
    async signIn() {
      const credential = await account.credential([], { ask: true })
      if (credential) void vscode.window.showInformationMessage(asNotice(vscode.l10n.t('Signed in to Hugging Face as {0}.', (await accountOf(credential, fetch)).name)))
    },
    setUpGpu,
    async showLog(item) {
      await training.showLog(isRunItem(item) ? runs.get(item.run)?.folder : undefined)
    },
    refresh: () => runs.refresh(),
  }

  return vscode.Disposable.from(...commandNames.map((name) => vscode.commands.registerCommand(`finetune.${name}`, async (argument?: unknown, others?: unknown) => {
    try {
      if (!looking.includes(name)) requireTrust()
      await handlers[name](argument, others)
    } catch (error) {
      log.error(error)
      void vscode.window.showErrorMessage(asNotice(errorText(error)))
    }
  })))
}

/** What also an untrusted workspace allows. */
const looking: readonly CommandName[] = ['fineTuneFile', 'openRun', 'compareRuns', 'openOnHub', 'signIn', 'showLog', 'refresh']

const allStates: readonly RunState[] = ['running', 'queued', 'paused', 'interrupted', 'stopped', 'failed', 'finished']

function inform(text: string): undefined {
  void vscode.window.showInformationMessage(asNotice(text))
}

async function pickRun(runs: RunEntry[], placeHolder: string): Promise<RunEntry | undefined> {
  return (await vscode.window.showQuickPick(runs.map(pickItem), { placeHolder }))?.run
}

function pickItem(run: RunEntry) {
  return { label: asLabel(run.name), description: asLabel(description(run)), run }
}

function isRunItem(item: unknown): item is { run: string } {
  return typeof item === 'object' && item !== null && 'run' in item
}

function description({ state, accuracy, data, created }: RunEntry): string {
  return [stateName(state), ...accuracy === null ? [] : [percent(accuracy)], data, day(created)].join(' · ')
}
