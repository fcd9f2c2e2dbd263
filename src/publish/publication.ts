/** Exactly what of a finished run goes to the Hub: the files that are named here, and nothing else of its folder. */
import { basename } from 'node:path'
import type { CommitFile } from '../hub/modelRepository.ts'
import { modelCard } from './card.ts'
import { exampleRows } from './exampleRows.ts'
import { ownFile } from './ownFile.ts'
import { readRunFacts, type RunFacts } from './runFacts.ts'
import { sharedSettings } from './sharedSettings.ts'

/** Files of save_pretrained and of the ONNX export that may be there. No checkpoint, event, log or row of data is among them. */
const modelFiles = [
  'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.txt', 'vocab.json',
  'merges.txt', 'sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'onnx/model.onnx', 'onnx/model_quantized.onnx',
]

export interface Publication {
  facts: RunFacts
  files: (CommitFile & { bytes: number })[]
  /** Rows of data that the card shows. */
  examples: number
}

/**
 * @param withExamples whether the card shows rows of the data
 * @throws UserError for a folder without a finished run, and for one whose files are links
 */
export async function preparePublication(folder: string, repository: string, withExamples = false): Promise<Publication> {
  const facts = await readRunFacts(folder)
  const examples = withExamples ? await exampleRows(folder) : []
  const found = await Promise.all(modelFiles.map(async (path) => {
    const own = await ownFile(folder, path)
    return own === undefined ? [] : [{ path, content: { file: own.file }, bytes: own.bytes }]
  }))
  const settings = JSON.stringify(sharedSettings(facts.record.settings, facts), null, 2)
  return {
    facts, examples: examples.length,
    files: [text('README.md', modelCard(facts, repository, examples)), text('training_settings.json', `${settings}\n`), ...found.flat()],
  }
}

/** The name that a run's folder suggests. */
export function suggestedName(folder: string): string {
  const name = basename(folder).replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/-{2,}/g, '-').replace(/\.{2,}/g, '.')
  return name.replace(/^[-.]+|[-.]+$|\.git$/g, '').slice(0, 60) || 'text-classifier'
}

function text(path: string, content: string): CommitFile & { bytes: number } {
  return { path, content, bytes: Buffer.byteLength(content) }
}
