import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/** One text a line: the News sample's evaluation rows, and what tokenizers find hard. */
export const texts: readonly string[] = [
  ...(parse(readFileSync('embedded/news-sample/test.csv'), { columns: true }) as { text: string }[]).map(({ text }) => text),
  'The home team won the championship after a thrilling match.',
  'Ärger über Löhne: Gewerkschaft droht mit Streik — ΟΔΥΣΣΕΥΣ, 東京, naïve café 🙂',
  '!!!',
  'word '.repeat(1000).trim(),
]
