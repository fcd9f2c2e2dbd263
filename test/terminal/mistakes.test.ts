/** What a person gets wrong: one line that names it and says what to do, exit code 1, and nothing left behind. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Place } from './finetune.ts'

const place = new Place()
afterAll(() => place.remove())

const lines = (...rows: string[]) => rows.map((row) => `${row}\n`).join('')
const rows = place.write('rows.csv', lines('text,label', 'Rain again,weather', 'A late goal,sport', 'Storm warning,weather', 'Cup final,sport'))
const model = place.tinyModel('model')
const layer = 'distilbert.transformer.layer.0.ffn.lin1.weight'

type Header = Record<string, { dtype: string, shape: number[], data_offsets: [number, number] }>

/** A model whose model.safetensors was changed: its header, or its data. */
function alteredWeights(name: string, alter: (header: Header, data: Buffer) => void): string {
  place.tinyModel(name)
  const bytes = readFileSync(place.path(name, 'model.safetensors'))
  const end = 8 + Number(bytes.readBigUInt64LE())
  const header = JSON.parse(bytes.subarray(8, end).toString()) as Header
  const data = bytes.subarray(end)
  alter(header, data)
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  place.write(`${name}/model.safetensors`, Buffer.concat([length, json, data]))
  return name
}

function withoutFile(name: string, file: string, ...instead: string[]): string {
  place.tinyModel(name)
  rmSync(place.path(name, file))
  for (const other of instead) place.write(`${name}/${other}`, 'x')
  return name
}

function maliciousWeights(name: string): string {
  withoutFile(name, 'model.safetensors')
  cpSync(join(import.meta.dirname, '../golden/torch/malicious.bin'), place.path(name, 'pytorch_model.bin'))
  return name
}

function truncatedWeights(name: string, length: number): string {
  place.tinyModel(name)
  truncateSync(place.path(name, 'model.safetensors'), length)
  return name
}

function splits(name: string, train: string, test: string): string {
  place.write(`${name}/train.csv`, train)
  place.write(`${name}/test.csv`, test)
  return name
}

/** Trains with these in the place of what is right; returns what the program said and left. */
async function train({ dataset = rows, model_name_or_path = model, output_dir = 'out/run', ...others }: Record<string, string>) {
  const settings = { dataset, model_name_or_path, output_dir, ...others }
  const before = readdirSync(place.folder)
  const { code, stdout, stderr } = await place.finetune(['train', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])])
  expect(existsSync(place.path('out'))).toBe(false)
  expect(readdirSync(place.folder)).toEqual(before)
  return { code, stdout, stderr }
}

const mistakes: Record<string, [settings: Record<string, string>, message: string]> = {
  // data
  'a missing file': [{ dataset: 'none.csv' }, 'no file or folder at none.csv: check --dataset'],
  'a data set that is neither here nor on the Hub': [{ dataset: 'fancyzhx/ag_news' }, 'there is no folder fancyzhx/ag_news here, and the cache of the Hub has no dataset of that name: unset HF_HUB_OFFLINE to download it'],
  'a wrong column': [{ text_column: 'body' }, 'rows.csv has no column "body", its columns are "text", "label": set --text_column'],
  'columns of unknown names': [
    { dataset: place.write('unknown.csv', lines('a,b', 'Rain,weather', 'Goal,sport')) },
    'unknown.csv has no column that is known as the text_column, its columns are "a", "b": name it with --text_column',
  ],
  'an empty file': [{ dataset: place.write('empty.csv', '') }, 'empty.csv is empty: give a file with rows'],
  'a file with nothing but a header': [{ dataset: place.write('header.csv', 'text,label\n') }, 'header.csv has columns but no rows: give a file with rows'],
  'one class only': [
    { dataset: place.write('one.csv', lines('text,label', 'Rain,weather', 'Storm,weather')) },
    'one.csv: all training rows have the label "weather" in the column "label"; a classifier needs at least two: set --label_column, or add rows',
  ],
  'a label in evaluation that training lacks': [
    { dataset: splits('labels', lines('text,label', 'Rain,weather', 'Goal,sport'), lines('text,label', 'Rain,weather', 'Vote,politics')) },
    'labels/test.csv, row 2 (line 3): the label "politics" (rows with it: 1) does not occur in training, whose labels are "sport", "weather": correct it, or add training rows with it',
  ],
  'bad UTF-8': [
    { dataset: place.write('latin1.csv', Buffer.from(lines('text,label', 'Rain,weather', 'Fußball,sport'), 'latin1')) },
    'latin1.csv, row 2 (line 3) is not UTF-8: save the file with the encoding UTF-8',
  ],
  'a malformed row of CSV': [
    { dataset: place.write('cells.csv', lines('text,label', 'Rain,weather', '"A goal,', 'and another",sport', 'Rain, again,weather')) },
    'cells.csv, row 3 (line 5) is malformed: it has more or fewer cells than the header; a cell with the delimiter in it needs quotes',
  ],
  'a malformed line of JSON': [
    { dataset: place.write('rows.jsonl', lines('{"text": "Rain", "label": "weather"}', '{"text": "Goal", "label":')) },
    'rows.jsonl, row 2 is not JSON (Unexpected end of JSON input): correct it',
  ],
  'too few rows': [
    { dataset: place.write('few.csv', lines('text,label', 'Rain,weather', 'Goal,sport')), test_size: '0.9' },
    'of 2 rows 2 cannot be set aside for evaluation and some be left (test_size 0.9): add rows, or give a smaller --test_size',
  ],

  // model
  'a model that is neither here nor on the Hub': [{ model_name_or_path: 'distilbert-base-uncased' }, 'there is no folder distilbert-base-uncased here, and the cache of the Hub has no model of that name: unset HF_HUB_OFFLINE to download it'],
  'a missing model': [{ model_name_or_path: './none' }, 'no folder at ./none: check the path of the model'],
  'a file as model': [{ model_name_or_path: rows }, 'rows.csv is a file: give the folder that holds config.json and model.safetensors'],
  'a folder that is no model': [{ model_name_or_path: '.' }, 'no config.json in .: give a folder laid out as a model on the Hub or by save_pretrained'],
  'weights cut off in their header': [{ model_name_or_path: truncatedWeights('cut-header', 100) }, 'cut-header/model.safetensors does not begin with a whole safetensors header: it is truncated or something else; download it again'],
  'weights cut off': [{ model_name_or_path: truncatedWeights('cut', 162_000) }, 'cut/model.safetensors is truncated, it ends before tensor pre_classifier.weight does: download it again'],
  'a lying size': [
    { model_name_or_path: alteredWeights('size', (header) => { header[layer].shape = [64, 33] }) },
    `size/model.safetensors: tensor ${layer} (F32, shape [64, 33]) needs 8448 bytes, but its offsets span 8192: download the file again`,
  ],
  'a lying shape': [
    { model_name_or_path: alteredWeights('shape', (header) => { header[layer].shape = [32, 64] }) },
    `shape/model.safetensors: tensor ${layer} has the shape [32, 64], but config.json makes it [64, 32]: download both again`,
  ],
  'lying offsets': [
    { model_name_or_path: alteredWeights('offsets', (header) => { header[layer].data_offsets = [0, 8192] }) },
    `offsets/model.safetensors: tensor ${layer} begins at byte 0, but the one before it ends at 16: download the file again`,
  ],
  'an unknown dtype': [
    { model_name_or_path: alteredWeights('dtype', (header) => { header[layer].dtype = 'F31' }) },
    `dtype/model.safetensors: tensor ${layer} has the dtype F31, which safetensors does not know: download the file again`,
  ],
  'a dtype that is not trained': [
    { model_name_or_path: alteredWeights('integers', (header) => { header[layer].dtype = 'I32' }) },
    `integers/model.safetensors: tensor ${layer} is stored as I32, which cannot be trained: take a checkpoint in float32, float16 or bfloat16`,
  ],
  'NaN in the weights': [
    { model_name_or_path: alteredWeights('nan', (header, data) => { data.writeFloatLE(NaN, header[layer].data_offsets[0]) }) },
    `nan/model.safetensors: tensor ${layer} holds NaN or infinite values: download the file again, or take another checkpoint`,
  ],
  'weights that are no weights of torch': [
    { model_name_or_path: withoutFile('torch', 'model.safetensors', 'pytorch_model.bin') },
    'torch/pytorch_model.bin cannot be read as weights of torch (it is no zip archive): download it again, or take a revision of the model that has model.safetensors',
  ],
  'weights as a pickle that could run code': [
    { model_name_or_path: maliciousWeights('malicious') },
    'malicious/pytorch_model.bin is a pickle that names posix.system, which weights do not need and which can run code in Python: nothing of it was run; take the model from a source that you trust',
  ],
  'an architecture that is not supported': [{ model_name_or_path: place.tinyModel('llama', { model_type: 'llama' }) }, 'the architecture llama is not supported: take a model of one of distilbert, bert, roberta, xlm-roberta, electra, mpnet, albert, deberta-v2, modernbert'],
  'a field that changes the maths': [
    { model_name_or_path: place.tinyModel('quantized', { quantization_config: { quant_method: 'fp8' } }) },
    'config.json of this distilbert model has quantization_config = {"quant_method":"fp8"}, which changes the maths in a way that is not supported (weights as they were trained): take another checkpoint',
  ],
  'no tokenizer': [{ model_name_or_path: withoutFile('no-tokenizer', 'tokenizer.json') }, 'no tokenizer.json in no-tokenizer: download it from where the model is from'],
  'an old tokenizer': [
    { model_name_or_path: withoutFile('old-tokenizer', 'tokenizer.json', 'vocab.txt') },
    'no tokenizer.json in old-tokenizer, only the older vocab.txt: make it with AutoTokenizer.from_pretrained(folder).save_pretrained(folder) in a current transformers, or take a revision of the model that has it',
  ],

  // settings
  'an unknown setting': [{ num_train_epoch: '3' }, 'unknown setting num_train_epoch: did you mean num_train_epochs? finetune train --help lists them all'],
  'another of TrainingArguments': [{ optim: 'adafactor' }, 'optim adafactor is a setting of Hugging Face\'s that is not supported here: leave it out, or give its default adamw_torch_fused'],
  'no number': [{ learning_rate: 'fast' }, 'learning_rate must be a number above 0, not fast'],
  'more tokens than the model takes': [{ max_length: '65' }, 'max_length is 65, but the model takes 64 tokens at most: give a smaller --max_length'],

  // output_dir
  'a file as output_dir': [{ output_dir: rows }, `${place.path(rows)} is not a folder: choose another --output_dir`],
  'an output_dir with other things in it': [{ output_dir: 'model' }, `${place.path('model')} is not empty and holds no run of finetune: choose another --output_dir`],
}

test.concurrent.each(Object.entries(mistakes))('%s', async (_, [settings, message]) => {
  expect(await train(settings)).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` })
})
