/** The files of a journey's workspace, and what its runs leave on the disk. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runEventSchema } from '../../src/protocol/events.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { canaryLabel, canaryText, csvCell } from './canaryRow.ts'

const texts = { refund: 'I want my money back for order', bug: 'The app crashes when I open page', praise: 'Lovely and quick service from' }

/** 1,000 tickets in columns that nobody could guess, the canary among them. */
export function tickets(): string {
  const kinds = Object.entries(texts)
  const rows = Array.from({ length: 999 }, (_, row) => {
    const [kind, text] = kinds[row % kinds.length]
    return `${row},${kind},${text} ${row}`
  })
  rows.splice(500, 0, `999,${csvCell(canaryLabel)},${csvCell(canaryText)}`)
  return ['nr,kind of ticket,what they wrote', ...rows].join('\n') + '\n'
}

export function workspaceFiles(): Record<string, string> {
  return {
    'tickets.csv': tickets(),
    'notes.txt': `The home team won the championship after a thrilling match.\n${canaryText}\n`,
  }
}

/** Folder of the run that the built-in sample makes. */
export function sampleRun(home: string): string {
  return join(home, 'user-data/User/globalStorage/finetune.finetune/runs/news-mini-finetuned')
}

/** What the run's own record says. */
export function record(run: string) {
  return JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))
}

export function events(run: string): RunEvent[] {
  const path = join(run, 'events.jsonl')
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line) => runEventSchema.parse(JSON.parse(line)))
}

/** Steps done so far. */
export function stepOf(run: string): number {
  return events(run).findLast((event) => event.type === 'progress')?.step ?? 0
}

/** How far it is, such as 1.5. */
export function epochOf(run: string): number {
  return events(run).findLast((event) => event.type === 'progress')?.epoch ?? 0
}

/** Of the weights. */
export function hash(run: string): string {
  return createHash('sha256').update(readFileSync(join(run, 'model.safetensors'))).digest('hex')
}
