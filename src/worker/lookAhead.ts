/** What fineTune() would find before its first step, by the same parts: the rows, their lengths in tokens, what the run would take. */
import { totalmem } from 'node:os'
import { labelText, loadDataset, rowsByLabel } from '../data/dataset.ts'
import type { Dataset, Split } from '../data/dataset.ts'
import { findDataFiles } from '../data/dataFiles.ts'
import { openTable } from '../data/openTable.ts'
import { estimateLengths } from '../data/tokenLengths.ts'
import { loadTokenizer } from '../data/tokenizer.ts'
import type { Tokenizer } from '../data/tokenizer.ts'
import { architectureOf } from '../models/registry.ts'
import { openPretrained, readConfig } from '../pretrained/pretrained.ts'
import type { DatasetLook } from '../hub/datasetServer.ts'
import { bestMetric } from '../protocol/bestMetric.ts'
import { UserError } from '../protocol/errors.ts'
import { rowSettings } from '../protocol/formMessages.ts'
import type { Device, Lengths, Preview } from '../protocol/formMessages.ts'
import type { Settings } from '../protocol/settings.ts'
import { tutorialRows } from '../protocol/formPresets.ts'
import type { EstimateParams, Estimated, NamedModel, PreviewResult } from '../protocol/workerRequests.ts'
import { trainingThreads } from '../runtime/threads.ts'
import { openCpu } from '../runtime/device.ts'
import { probeDevices, type DeviceChoice } from '../trainer/chooseDevice.ts'
import { Engine } from '../trainer/engine.ts'
import { preflight } from '../trainer/preflight.ts'
import { productRate } from '../trainer/productRate.ts'
import { Plan } from '../trainer/stepPlan.ts'
import { lookAt, lookedRows, shownLook } from './datasetLook.ts'
import { locateData, locateModel, modelRevisions, partsOf } from './namedSources.ts'
import type { Located } from './namedSources.ts'
import { knownRows } from './rowsAhead.ts'
import type { RowsAhead } from './rowsAhead.ts'

const shownRows = 5
const shownCharacters = 300

export class LookAhead {
  #rows: { key: string, dataset: Promise<Dataset> } | undefined
  #choice: Promise<DeviceChoice> | undefined
  #rate: Promise<number> | undefined
  #look: { key: string, found: Promise<DatasetLook | undefined> } | undefined
  #places: { data?: { key: string, located: Promise<Located<string[]>> }, model?: { key: string, located: Promise<Located<string>> } } = {}

  /** The rows as training will read them, read anew, or why it cannot. */
  async preview(settings: Settings, token: string | null = null): Promise<PreviewResult> {
    this.#rows = this.#look = this.#places.data = undefined
    const [found, parts] = await Promise.all([this.#preview(settings, token), partsOf(settings, token)])
    return { ...found, parts }
  }

  async #preview(settings: Settings, token: string | null): Promise<PreviewResult> {
    const found: PreviewResult = { columns: [], notices: [], download: 0 }
    try {
      const { place, missing, notices, id } = await this.#data(settings, token)
      Object.assign(found, { notices, download: missing })
      if (missing > 0) {
        const look = await this.#lookAt(id!, settings)
        found.columns = look?.columns ?? []
        found.look = look && shownLook(look, settings)
      } else {
        const { splits, files } = await findDataFiles(place, settings)
        found.columns = [...(await openTable(splits.get('train')?.[0] ?? files[0])).columns]
        found.preview = previewOf(await this.#dataset(settings, token))
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      found.problem = { code: error.code, args: error.args, message: error.message }
    }
    return found
  }

  /** Asked anew. @throws UserError where the Hub does not let it be used */
  async namedModel(settings: Settings, token: string | null = null): Promise<NamedModel> {
    this.#places.model = undefined
    const { missing, id } = await this.#model(settings, token)
    return { download: missing, revisions: await modelRevisions(id, settings, token) }
  }

  /** How long texts are, up to the model's own limit whatever `max_length` is. */
  async lengths(settings: Settings, token: string | null = null): Promise<Lengths> {
    const { tokenizer } = await this.#openModel({ ...settings, max_length: null }, token)
    const { train: { texts } } = await this.#dataset(settings, token)
    const { sample, truncatedShare } = estimateLengths(tokenizer, texts)
    const counts = new Array<number>(tokenizer.maxLength + 1).fill(0)
    for (const length of sample) counts[length]++
    const beyond = Math.round(truncatedShare * sample.length)
    counts[tokenizer.maxLength] -= beyond
    return { counts: counts.slice(0, counts.findLastIndex((count) => count > 0) + 1), beyond, limit: tokenizer.maxLength }
  }

  async device(leaveOneCoreFree: boolean): Promise<Device> {
    const { gpu, reason } = await this.#probed()
    return { device: gpu === undefined || gpu === 'webgpu' ? 'cpu' : `cuda:${gpu.card.id}`, device_reason: reason, threads: trainingThreads(leaveOneCoreFree) }
  }

  /** Null where nothing is known of the data yet. @throws UserError for what is wrong with model or data, or where the disk has no room */
  async estimate({ settings, token, leaveOneCoreFree }: EstimateParams): Promise<Estimated | null> {
    const rows = await this.#rowsAhead(settings, token)
    if (!rows) return null
    const { available, labelNames, problemType, texts } = rows
    if (problemType) bestMetric(settings, problemType)
    const { architecture, config, tokenizer } = await this.#openModel(settings, token)
    const device = openCpu(trainingThreads(leaveOneCoreFree))
    const { gradient_accumulation_steps: gradientAccumulationSteps } = settings
    const engine = new Engine({
      device, architecture, config, labels: labelNames.length, layout: 'packed', optimizer: 'wasm', settings, gradientAccumulationSteps, padTokenId: tokenizer.padTokenId,
    })
    try {
      const common = { device, reason: '', engine, lengths: estimateLengths(tokenizer, texts), maxLength: tokenizer.maxLength, folder: settings.output_dir, labelNames, productRate: await this.#rateOf(device) }
      const onRows = (max_train_samples: number | null, max_eval_samples: number | null) => {
        const rows = { train: Math.min(available.train, max_train_samples ?? Infinity), evaluation: Math.min(available.evaluation, max_eval_samples ?? Infinity) }
        return preflight({ ...common, settings, rows, plan: new Plan(rows.train, settings) })
      }
      const { max_steps, estimated_seconds, memory_bytes, disk_bytes } = onRows(settings.max_train_samples, settings.max_eval_samples)
      return {
        max_steps, memory_bytes, disk_bytes,
        seconds: estimated_seconds ?? 0,
        choices: available.train > tutorialRows ? { all: onRows(null, null).estimated_seconds ?? 0, tutorial: onRows(tutorialRows, tutorialRows).estimated_seconds ?? 0, available } : undefined,
        machine_bytes: Math.min(totalmem(), process.constrainedMemory() || Infinity),
      }
    } finally {
      engine.dispose()
    }
  }

  /** Found out once; what failed may go well the next time. */
  #probed(): Promise<DeviceChoice> {
    return this.#choice ??= probeDevices({ device: 'auto' }).catch((error) => {
      this.#choice = undefined
      throw error
    })
  }

  #rateOf(device: ReturnType<typeof openCpu>): Promise<number> {
    return this.#rate ??= productRate(device).catch((error) => {
      this.#rate = undefined
      throw error
    })
  }

  /** The rows of these settings, those that were read last if they are the same. */
  #dataset(settings: Settings, token: string | null): Promise<Dataset> {
    const key = JSON.stringify([settings.dataset, settings.validation_file, ...rowSettings.map((name) => settings[name])])
    if (this.#rows?.key !== key) this.#rows = { key, dataset: this.#data(settings, token).then(({ place }) => loadDataset({ ...settings, dataset: place })) }
    return this.#rows.dataset
  }

  async #rowsAhead(settings: Settings, token: string | null): Promise<RowsAhead | undefined> {
    const { missing, id } = await this.#data(settings, token)
    if (missing > 0) {
      const look = await this.#lookAt(id!, settings)
      return look && lookedRows(look, settings) || knownRows(id)
    }
    const { available, labelNames, problemType, train: { texts } } = await this.#dataset(settings, token)
    return { available, labelNames, problemType, texts }
  }

  #lookAt(id: string, settings: Settings): Promise<DatasetLook | undefined> {
    const { dataset_revision, dataset_config_name, train_split_name, validation_split_name } = settings
    const key = JSON.stringify([id, dataset_revision, dataset_config_name, train_split_name, validation_split_name])
    if (this.#look?.key !== key) this.#look = { key, found: lookAt(id, settings) }
    return this.#look.found
  }

  #data(settings: Settings, token: string | null): Promise<Located<string[]>> {
    const { dataset, dataset_revision, dataset_config_name, train_split_name, validation_split_name } = settings
    const key = JSON.stringify([dataset, dataset_revision, dataset_config_name, train_split_name, validation_split_name, token])
    if (this.#places.data?.key !== key) this.#places.data = { key, located: locateData(settings, token) }
    return this.#places.data.located
  }

  #model(settings: Settings, token: string | null): Promise<Located<string>> {
    const key = JSON.stringify([settings.model_name_or_path, settings.model_revision, token])
    if (this.#places.model?.key !== key) this.#places.model = { key, located: locateModel(settings, token) }
    return this.#places.model.located
  }

  async #openModel(settings: Settings, token: string | null): Promise<{ architecture: ReturnType<typeof architectureOf>, config: unknown, tokenizer: Tokenizer }> {
    const { place, missing } = await this.#model(settings, token)
    // Weights that are still to come are checked when they are there.
    const found = missing > 0 ? await readConfig(place) : (await openPretrained(place)).config
    const architecture = architectureOf(found.model_type)
    const config = architecture.readConfig(found)
    return { architecture, config, tokenizer: await loadTokenizer(place, { ...architecture.limits(config), maxLength: settings.max_length }) }
  }
}

function previewOf(dataset: Dataset): Preview {
  const { train, evaluation, available, labelNames, textColumn, labelColumn, notices } = dataset
  const about = (split: Split, of: number) => ({ rows: split.texts.length, available: of, counts: rowsByLabel(split, dataset) })
  return {
    text_column: textColumn,
    label_column: labelColumn,
    labels: labelNames,
    train: about(train, available.train),
    evaluation: about(evaluation, available.evaluation),
    first: train.texts.slice(0, shownRows).map((text, row) => ({ label: labelText(train, row, dataset), text: text.slice(0, shownCharacters) })),
    notices,
  }
}
