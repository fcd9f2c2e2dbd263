/** Tickets as a shop gets them, for pictures: 1,000 rows in the columns of tickets.csv, some of which even a person would put elsewhere, and some sent twice. */
const kinds: Record<string, string[]> = {
  billing: ['I was charged twice for {thing}', 'Please refund {thing}, I sent it back on {day}', 'The invoice for {thing} has the wrong address', 'My card was declined when I paid for {thing}'],
  delivery: ['{thing} has still not arrived', 'The tracking page of {thing} has not changed since {day}', 'The parcel with {thing} was left in the rain', 'Can {thing} be delivered on {day} instead?'],
  defect: ['{thing} stopped working after {time}', '{thing} arrived with a crack in it', 'The display of {thing} flickers since {day}', '{thing} gets hot and switches itself off'],
  question: ['Does {thing} come in another colour?', 'How do I reset {thing}?', 'Is {thing} in stock on {day}?', 'Which batteries does {thing} take?'],
  praise: ['{thing} is even better than I hoped', 'Thank you, {thing} came a day early', 'My daughter loves {thing}', 'After {time} {thing} is still like new'],
}
const parts: Record<string, string[]> = {
  thing: ['the desk lamp', 'the headphones', 'my coffee grinder', 'the travel kettle', 'the rucksack', 'my bicycle light', 'the alarm clock', 'the water bottle'],
  day: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  time: ['two days', 'a week', 'three weeks', 'a month', 'half a year'],
}

export function pictureTickets(): string {
  const names = Object.keys(kinds)
  const rows = Array.from({ length: 1000 }, (_, row) => {
    const kind = row % names.length
    const sentences = kinds[names[kind]]
    const sent = row % 40 === 39 ? row - 35 : row
    const text = sentences[pick(sent, 1, sentences.length)].replace(/\{(\w+)\}/g, (_, part: string) => parts[part][pick(sent, 2 + part.length, parts[part].length)])
    const label = names[pick(row, 9, 12) === 0 ? (kind + 1) % names.length : kind]
    return `${row + 1},${label},"${text[0].toUpperCase()}${text.slice(1)}, order ${10_000 + 37 * sent}"`
  })
  return ['nr,kind of ticket,what they wrote', ...rows].join('\n') + '\n'
}

/** The same for the same row, and of no pattern that is seen. */
function pick(row: number, salt: number, count: number): number {
  return Math.floor(Math.abs(Math.sin(row * 12.9898 + salt * 78.233)) * 43_758.5453) % count
}
