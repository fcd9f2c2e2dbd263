/**
 * Trains on batches of other lengths, in turn, and prints one JSON line: seconds for each token by mix.
 * Usage: node mixes.js FOLDER MIXES_JSON ROUNDS
 */
import { openDevice, openEngine } from './engine.ts'
import { median } from './spread.ts'

const [, , folder, mixesJson, rounds] = process.argv
const mixes = Object.entries(JSON.parse(mixesJson) as Record<string, number[]>)
const engine = await openEngine(folder, await openDevice('cpu'), { dropout: true })
const times = new Map(mixes.map(([name]) => [name, [] as number[]]))
let step = 0
for (let round = 0; round <= Number(rounds); round++) {
  for (const [name, lengths] of mixes) {
    const idsOf = (length: number, text: number) => Int32Array.from({ length }, (_, place) => 1000 + (7 * place + 131 * text + 17 * round) % 20_000)
    const batch = lengths.map((length, text) => ({ label: text % 4, ids: idsOf(length, text) }))
    const start = performance.now()
    await engine.step([batch], { step: ++step, learningRate: 1e-6 })
    const seconds = (performance.now() - start) / 1000
    if (round > 0) times.get(name)!.push(seconds / lengths.reduce((sum, length) => sum + length))
  }
}
process.stdout.write(`${JSON.stringify(Object.fromEntries([...times].map(([name, each]) => [name, median(each)])))}\n`)
process.exit()
