/** Which files hold which split: as the repository's card says, else by the conventions of `datasets` for names of files. */
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { byCodePoint } from './codePointOrder.ts'
import { readDatasetCard, type DatasetCard } from './datasetCard.ts'
import { globToRegExp } from './glob.ts'
import { DATA_EXTENSIONS } from './openTable.ts'
import { listed } from './wording.ts'

export type SplitName = 'train' | 'validation' | 'test'

export interface DataFiles {
  /** All the data files, of whatever split. */
  files: readonly string[]
  /** Paths by split, in the order in which their rows follow each other. */
  splits: ReadonlyMap<SplitName, readonly string[]>
  /** The names of the classes by column, where a repository's card has them. */
  classNames: ReadonlyMap<string, readonly string[]>
}

/** Which subset of a repository, and which of its splits, under the names that run_classification.py has for them. */
export interface SubsetChoice {
  dataset_config_name?: string | null
  /** The splits to train and to evaluate on, where they are not called so. */
  train_split_name?: string | null
  validation_split_name?: string | null
}

// The tables of datasets/data_files.py.
const KEYWORDS: Record<SplitName, readonly string[]> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'dev', 'val'],
  test: ['test', 'testing', 'eval', 'evaluation'],
}
const SHARD = /^data\/([^/]+)-[0-9]{5}-of-[0-9]{5}[^/]*\.[^/]*$/
const IN_FILE_NAME = ['**/{keyword}[-._ 0-9]*', '**/*[-._ 0-9]{keyword}[-._ 0-9]*']
const IN_FOLDER_NAME = ['**/{keyword}/**', '**/{keyword}[-._ 0-9]*/**', '**/*[-._ 0-9]{keyword}/**', '**/*[-._ 0-9]{keyword}[-._ 0-9]*/**']
const NOT_DATA = ['config.json', 'dataset_info.json', 'dataset_infos.json', 'dataset_dict.json', 'state.json']

const SPLITS = Object.keys(KEYWORDS) as SplitName[]
const MOST_FILES = 10_000

/** Finds the files of `--dataset`: a folder laid out as a dataset repository on the Hub, or files. */
export async function findDataFiles(dataset: readonly string[], choice: SubsetChoice = {}): Promise<DataFiles> {
  const isFolder = await Promise.all(dataset.map(isExistingFolder))
  const folder = dataset[isFolder.indexOf(true)]
  if (folder !== undefined && dataset.length > 1) throw new UserError('data.folder-and-more', { folder })
  return folder === undefined ? { files: dataset, splits: splitsOfFiles(dataset), classNames: new Map() } : findInRepository(folder, choice)
}

async function isExistingFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    throw new UserError('data.file-missing', { path })
  }
}

/** A file alone is for training, whatever its name; of several, those are that do not name a split to evaluate on. */
function splitsOfFiles(files: readonly string[]): DataFiles['splits'] {
  if (files.length === 1) return new Map([['train', files]])
  const named = splitsByKeyword(files, IN_FILE_NAME, (file) => basename(file))
  const evaluated = [...named.get('validation') ?? [], ...named.get('test') ?? []]
  const train = files.filter((file) => !evaluated.includes(file))
  return train.length > 0 ? named.set('train', train) : named
}

async function findInRepository(folder: string, choice: SubsetChoice): Promise<DataFiles> {
  const card = await readDatasetCard(folder, choice.dataset_config_name)
  const files = dataFilesOf(await listDataFiles(folder), card)
  if (files.length === 0) throw new UserError('data.folder-empty', { folder, extensions: DATA_EXTENSIONS.join(', ') })

  const named = splitsOf(files, card, choice)
  for (const [split, members] of named) requireOneFormat(folder, split, members)
  const splits = new Map([...named].map(([split, members]) => [split, members.map((file) => join(folder, file))]))
  return { files, splits, classNames: card.classNames }
}

/** The data files among a repository's, in the order of `datasets`; those of the card's subset where it lies in a folder. */
export function dataFilesOf(paths: readonly string[], { dataDir }: DatasetCard): string[] {
  return paths.filter((path) => isDataFile(path) && (dataDir === undefined || path.startsWith(`${dataDir}/`))).sort(byCodePoint)
}

/** Which of a repository's data files hold which split. @throws UserError where a chosen split is not there */
export function splitsOf(files: readonly string[], { dataFiles }: DatasetCard, choice: SubsetChoice): Map<SplitName, string[]> {
  const named = dataFiles ? splitsByPattern(files, dataFiles, choice) : splitsByName(files, choice)
  const splits = new Map(named)
  for (const [setting, split] of [['train_split_name', 'train'], ['validation_split_name', 'validation']] as const) {
    const wanted = choice[setting]
    if (typeof wanted !== 'string' || (named.has(split) && isNamedBy(wanted, files, dataFiles))) continue
    const inFolder = files.filter((file) => file.split('/').slice(0, -1).includes(wanted))
    const called = SPLITS.find((each) => KEYWORDS[each].includes(wanted.toLowerCase()))
    const members = inFolder.length > 0 ? inFolder : dataFiles ? undefined : called && named.get(called)
    if (members === undefined) throw new UserError('data.no-split', { split: wanted, splits: listed([...dataFiles?.keys() ?? named.keys()]), setting })
    if (called !== undefined && called !== split) splits.delete(called)
    splits.set(split, members)
  }
  return splits
}

/** Whether a card or the names of shards tell the splits by any name, not only by the usual ones. */
function isNamedBy(name: string, files: readonly string[], dataFiles: DatasetCard['dataFiles']): boolean {
  return dataFiles ? dataFiles.has(name) : files.some((file) => SHARD.exec(file)?.[1] === name)
}

/** The names of all splits that a person may choose from. */
export function splitNames(files: readonly string[], { dataFiles }: DatasetCard): string[] {
  if (dataFiles) return [...dataFiles.keys()]
  const shards = [...new Set(files.flatMap((file) => SHARD.exec(file)?.[1] ?? []))]
  if (shards.length > 0) return shards
  const folders = [...new Set(files.map((file) => file.split('/').at(-2)))]
  const named = splitsByName(files, {})
  return named.size > 1 && folders.every((folder) => folder !== undefined) ? folders as string[] : [...named.keys()]
}

/** What a split is for: as the choice says, else by its name. */
export function splitCalled(name: string, { train_split_name, validation_split_name }: SubsetChoice): SplitName | undefined {
  if (name === train_split_name) return 'train'
  if (name === validation_split_name) return 'validation'
  const split = SPLITS.find((each) => KEYWORDS[each].includes(name.toLowerCase()))
  const isGivenAway = (split === 'train' && train_split_name) || (split === 'validation' && validation_split_name)
  return isGivenAway ? undefined : split
}

function isDataFile(path: string): boolean {
  const names = path.split('/')
  const name = names.at(-1)!
  return names.every((each) => !each.startsWith('.') && !each.startsWith('__')) && DATA_EXTENSIONS.includes(extname(name).toLowerCase()) && !NOT_DATA.includes(name)
}

/** The paths of the data files below a folder, relative to it, with `/`. Hidden and `__` folders are left out. */
export async function listDataFiles(root: string): Promise<string[]> {
  const files: string[] = []
  const folders = ['']
  for (const folder of folders) {
    for (const { name } of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (name.startsWith('.') || name.startsWith('__')) continue
      const found = await stat(join(root, path))
      if (found.isDirectory()) folders.push(path)
      else if (isDataFile(path)) files.push(path)
    }
    if (files.length + folders.length > MOST_FILES) throw new UserError('data.folder-too-large', { folder: root, files: MOST_FILES })
  }
  return files
}

function splitsByPattern(files: readonly string[], dataFiles: ReadonlyMap<string, readonly string[]>, choice: SubsetChoice): Map<SplitName, string[]> {
  const splits = new Map<SplitName, string[]>()
  for (const [name, patterns] of dataFiles) {
    const split = splitCalled(name, choice)
    const found = matching(files, patterns.map(globToRegExp))
    if (split && found.length > 0) splits.set(split, found)
  }
  return splits
}

/** Shards in `data/`, else names of folders, else names of files, else everything is for training. */
function splitsByName(files: readonly string[], choice: SubsetChoice): Map<SplitName, string[]> {
  const candidates = [splitsOfShards(files, choice), splitsByKeyword(files, IN_FOLDER_NAME), splitsByKeyword(files, IN_FILE_NAME)]
  const splits = candidates.find((each) => each.size > 0) ?? new Map<SplitName, string[]>()
  const unnamed = files.filter((file) => ![...splits.values()].flat().includes(file))
  // Beside a test.csv, a news.csv is for training: `datasets` would find no training split here.
  if (!splits.has('train') && unnamed.length > 0) splits.set('train', unnamed)
  return splits
}

function splitsOfShards(files: readonly string[], choice: SubsetChoice): Map<SplitName, string[]> {
  const splits = new Map<SplitName, string[]>()
  for (const file of files) {
    const split = splitCalled(SHARD.exec(file)?.[1] ?? '', choice)
    if (split) splits.set(split, [...splits.get(split) ?? [], file])
  }
  return splits
}

function splitsByKeyword(files: readonly string[], patterns: readonly string[], nameOf = (file: string) => file): Map<SplitName, string[]> {
  const splits = new Map<SplitName, string[]>()
  for (const split of SPLITS) {
    const globs = KEYWORDS[split].flatMap((keyword) => patterns.map((pattern) => pattern.replace('{keyword}', keyword)))
    const found = matching(files, globs.map((glob) => new RegExp(globToRegExp(glob), 'isu')), nameOf)
    const elsewhere = found.find((file) => [...splits.values()].flat().includes(file))
    if (elsewhere !== undefined) throw new UserError('data.two-splits', { file: elsewhere })
    if (found.length > 0) splits.set(split, found)
  }
  return splits
}

/** The files that match, in the order of the expressions, each once. */
function matching(files: readonly string[], expressions: readonly RegExp[], nameOf = (file: string) => file): string[] {
  return [...new Set(expressions.flatMap((expression) => files.filter((file) => expression.test(nameOf(file)))))]
}

/** The same rows often lie in a folder as CSV and as Parquet: they must not be taken twice. */
function requireOneFormat(folder: string, split: SplitName, files: readonly string[]): void {
  const extensions = [...new Set(files.map((file) => extname(file).toLowerCase()))]
  if (extensions.length > 1) throw new UserError('data.mixed-formats', { folder, split, extensions: extensions.join(', ') })
}
