#!/usr/bin/env node
/** The program of `gpu` alone, in a terminal that the extension opens for it: what it said stays until it was read. */
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { useEnvironmentNetwork } from '../hub/network.ts'
import { failureText } from './fail.ts'
import { addGpuCommands } from './gpuCommands.ts'

useEnvironmentNetwork()
const { stdin, stdout, stderr } = process
const program = new Command('finetune')
addGpuCommands(program)
await program.parseAsync().catch((error: unknown) => { stderr.write(`${failureText(error)}\n`) })
if (stdin.isTTY) {
  const lines = createInterface({ input: stdin, output: stdout })
  await lines.question('Press Enter to close this terminal. ')
  lines.close()
}
