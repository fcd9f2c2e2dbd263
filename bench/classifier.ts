/** Our side of warm classification: texts a JSON line on stdin, as pipeline.py. Usage: node classifier.js MODEL */
import { createInterface } from 'node:readline'
import { openClassifier } from '../src/classify/classifier.ts'

const classifier = await openClassifier(process.argv[2])
for await (const line of createInterface(process.stdin)) {
  const { texts } = JSON.parse(line) as { texts: string[] }
  const start = performance.now()
  await classifier.classify(texts)
  process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - start) / 1000 })}\n`)
}
