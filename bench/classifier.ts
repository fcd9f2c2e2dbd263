/** Our side of warm classification: one text a JSON line on stdin, as pipeline.py. Usage: node classifier.js MODEL */
import { createInterface } from 'node:readline'
import { openClassifier } from '../src/classify/classifier.ts'

const classifier = await openClassifier(process.argv[2])
for await (const line of createInterface(process.stdin)) {
  const { text } = JSON.parse(line) as { text: string }
  const start = performance.now()
  await classifier.classify([text])
  process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - start) / 1000 })}\n`)
}
