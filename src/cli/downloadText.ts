/** A download from the Hub, as one line: a bar for a terminal, words for a log file. */
import { printable } from '../protocol/errors.ts'
import type { DownloadEvent } from '../protocol/events.ts'
import { bytesText } from './units.ts'

const widest = 30

/** ` 42% ━━━━━━────────  112 MB of 268 MB  distilbert/distilbert-base-uncased: model.safetensors`, never wider than `columns`. */
export function downloadBar(download: DownloadEvent, columns: number): string {
  const share = shareOf(download)
  const done = Math.round(share * widest)
  const bar = `${'━'.repeat(done)}${'─'.repeat(widest - done)}`
  return `${`${Math.floor(share * 100)}%`.padStart(4)} ${bar}  ${amount(download)}  ${printable(`${download.name}: ${download.file}`)}`.slice(0, columns - 1)
}

/** `Downloading distilbert/distilbert-base-uncased: 112 MB of 268 MB`. */
export function downloadLine(download: DownloadEvent): string {
  return `Downloading ${printable(download.name)}: ${amount(download)}`
}

/** A small download is soon over. */
const large = 1e7

/** Whether a log file is due another line: with each tenth of a large download, and at the end. */
export function isDownloadLineDue(download: DownloadEvent, last: DownloadEvent | undefined): boolean {
  if (last === undefined || last.name !== download.name || last.what !== download.what) return true
  return download.bytes !== last.bytes && (download.bytes === download.size || (download.size > large && Math.floor(shareOf(download) * 10) > Math.floor(shareOf(last) * 10)))
}

function amount({ bytes, size }: DownloadEvent): string {
  return `${bytesText(bytes)} of ${bytesText(size)}`
}

function shareOf({ bytes, size }: DownloadEvent): number {
  return size === 0 ? 1 : bytes / size
}
