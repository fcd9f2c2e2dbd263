// appendEvents PATH: appends events with steps 0, 1, 2, … until it is killed; says `writing` once it has begun.
import { EventLog } from '../../../src/runs/eventLog.ts'

const log = new EventLog(process.argv[2]!)
for (let step = 0; ; step++) {
  log.append({ type: 'checkpoint', time: new Date().toISOString(), step, path: `checkpoint-${step}` })
  if (step === 100) process.stdout.write('writing\n')
}
