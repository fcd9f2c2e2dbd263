/** `finetune predict`: texts in, labels out, as they come. */
import type { Classifier, ClassifierOptions } from '../classify/classifier.ts'
import { UserError } from '../protocol/errors.ts'
import { modelFolder } from './fromHub.ts'
import { fileLines, inputLines } from './inputLines.ts'
import { predictionLine, predictionLines } from './predictionText.ts'
import type { Output } from './runPrinter.ts'

/** Texts that are classified together. Of a pipe: enough to keep the processor busy, few enough to answer a slow one soon. Of a file: so many that those of like length meet. */
const [textsOfPipe, textsOfFile] = [32, 256]

export interface PredictOptions {
  model: string
  /** Texts of the command line; without them and without a file, texts are read from `input`, one a line. */
  texts: string[]
  file?: string
  top_k?: string
  json: boolean
  input: AsyncIterable<Uint8Array> & { isTTY?: boolean }
  output: Output
  /** Where a person at a terminal is asked for texts. */
  people: Output
  openClassifier?(folder: string, options: ClassifierOptions): Promise<Pick<Classifier, 'classify' | 'close'>>
}

export async function predict(options: PredictOptions): Promise<void> {
  const { model, texts, file, json, input, output, people } = options
  const top_k = options.top_k === undefined ? undefined : labelCount(options.top_k)
  const asBlocks = texts.length > 0 || top_k !== undefined
  const isTyped = texts.length === 0 && file === undefined && input.isTTY === true
  const openClassifier = options.openClassifier ?? (async (name, wanted) => {
    const [classifier, folder] = await Promise.all([import('../classify/classifier.ts'), modelFolder(name, people)])
    return classifier.openClassifier(folder, wanted)
  })
  const classifier = await openClassifier(model, { few: texts.length > 0 })
  try {
    if (isTyped) people.write('Type a text and press Enter; Ctrl-D ends.\n')
    const lines = texts.length > 0 ? texts : file === undefined ? inputLines(input, 'standard input') : fileLines(file)
    for await (const batch of batches(lines, isTyped ? 1 : file === undefined ? textsOfPipe : textsOfFile)) {
      for (const prediction of await classifier.classify(batch, { top_k })) {
        const shown = json ? [JSON.stringify(prediction)] : asBlocks ? predictionLines(prediction) : [predictionLine(prediction)]
        output.write(shown.map((line) => `${line}\n`).join(''))
      }
    }
  } finally {
    await classifier.close()
  }
}

function labelCount(word: string): number {
  const count = Number(word)
  if (!Number.isInteger(count) || count < 1) throw new UserError('predict.top-k', { value: word })
  return count
}

async function* batches(lines: Iterable<string> | AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let batch: string[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
