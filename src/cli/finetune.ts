#!/usr/bin/env node
/** The program `finetune`: its commands and their options, nothing else. What a command does is loaded when it is called. */
import { Command } from 'commander'
import { version } from '../../package.json'
import { evaluationSettingNames } from '../protocol/evaluation.ts'
import { fail } from './fail.ts'
import { useEnvironmentNetwork } from '../hub/network.ts'
import { addGpuCommands } from './gpuCommands.ts'
import { addSettingOptions, givenSettings, normalFlags, readAnyName, settingsFileOf } from './settingOptions.ts'

useEnvironmentNetwork()
const { stdout, stderr } = process
const jsonFlag = ['--json', 'JSON lines on standard output, everything for people on standard error'] as const

process.on('uncaughtException', fail)
for (const stream of [stdout, stderr]) {
  // the reader has gone, as head does: a training stops with a checkpoint, everything else has nothing left to say
  stream.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error)
    else if (!process.emit('SIGTERM', 'SIGTERM')) process.exit()
  })
  // and each later write fails in the same way
  stream.on('error', () => {})
}

const program = new Command('finetune')
  .description('Teach a text classifier your own labels on your own machine, without Python.')
  .version(version)

const train = program.command('train')
  .description('Fine-tune a model on labelled texts. Without a model and data: the embedded ones, in seconds.')
  .argument('[settings.json...]', 'a JSON file of settings; those given as options win')
  .option(...jsonFlag)
addSettingOptions(train)
readAnyName(train)
train.action(async (_words, { json, ...options }) => {
  const { train: run } = await import('./train.ts')
  process.exitCode = await run({
    given: givenSettings(options),
    settingsFile: settingsFileOf(train.args),
    events: json ? stdout : undefined,
    people: json ? stderr : stdout,
  })
})

program.command('predict')
  .description('Label texts with a finished model: those given, those of a file, or those piped in, one per line.')
  .argument('[texts...]', 'texts to classify')
  .requiredOption('--model <name>', 'folder of a finished run, or name of a model on the Hub')
  .option('--file <file>', 'read the texts from a file, one per line')
  .option('--top_k <labels>', 'show this many labels for each text (all when not given)')
  .option(...jsonFlag)
  .action(async (texts: string[], { model, file, top_k, json = false }) => {
    const { predict } = await import('./predict.ts')
    await predict({ model, texts, file, top_k, json, input: process.stdin, output: stdout, people: stderr })
  })

const evaluate = program.command('evaluate')
  .description('Measure a finished model on labelled texts.')
  .requiredOption('--model <name>', 'folder of a finished run, or name of a model on the Hub')
  .option(...jsonFlag)
addSettingOptions(evaluate, evaluationSettingNames)
evaluate.action(async ({ model, json = false, ...options }) => {
  const { evaluate: run } = await import('./evaluate.ts')
  await run({ model, given: givenSettings(options), json, output: stdout, people: stderr })
})

program.command('runs')
  .description('List runs with their state and accuracy, the newest first.')
  .argument('[folders...]', 'folders of runs (all runs that are known when not given)')
  .option(...jsonFlag)
  .action(async (folders: string[], { json = false }) => {
    const { runs } = await import('./runs.ts')
    await runs({ folders, json, output: stdout })
  })

program.command('publish')
  .description('Publish a finished run on the Hub: model, tokenizer, ONNX export, settings and a card, in one commit.')
  .argument('<folder>', 'folder of a finished run')
  .option('--hub_model_id <name>', 'repository, such as me/my-classifier (that of the folder\'s name when not given)')
  .option('--hub_private_repo [true|false]', 'whether a new repository is private (default: true)')
  .option('--parent_commit <commit>', 'the last commit of a repository that is there, to write over its files')
  .option('--example_rows', 'show a row of the data for each label in the card')
  .option('--dry_run', 'only show what would go up')
  .action(async (folder: string, { hub_model_id, hub_private_repo, parent_commit, example_rows = false, dry_run = false }) => {
    const { publish } = await import('./publish.ts')
    await publish(folder, { repository: hub_model_id, private: hub_private_repo, parentCommit: parent_commit, withExamples: example_rows, dryRun: dry_run, output: stdout })
  })

const cache = program.command('cache')
  .description('List the models and datasets of the Hub that are on this machine, in the cache of Hugging Face\'s own programs.')
  .option(...jsonFlag)
  .action(async ({ json = false }) => {
    const { listCache } = await import('./cache.ts')
    await listCache({ json, output: stdout })
  })

cache.command('remove')
  .description('Remove one of them, or one of its revisions.')
  .argument('<name>', 'such as ag_news, or ag_news@main')
  .action(async (name: string, _options, command: Command) => {
    const { removeFromCache } = await import('./cache.ts')
    await removeFromCache(name, { json: command.optsWithGlobals<{ json?: boolean }>().json ?? false, output: stdout })
  })

addGpuCommands(program)

program.command('login')
  .description('Sign in to the Hugging Face Hub. The token is kept where Hugging Face\'s own programs keep it.')
  .option('--with_token', 'paste a token, or pipe one in, even where a browser could sign in')
  .action(async ({ with_token: withToken = false }) => {
    const [{ login }, { listenForStop }] = await Promise.all([import('./account.ts'), import('./stopSignal.ts')])
    const stop = listenForStop(() => process.exit(stop.exitCode()))
    await login({ withToken, input: process.stdin, output: stdout, signal: stop.signal }).finally(() => stop.dispose())
  })

program.command('logout')
  .description('Remove the token of the Hub from this machine.')
  .action(async () => {
    const { logout } = await import('./account.ts')
    await logout(stdout)
  })

program.command('whoami')
  .description('Show whose token of the Hub is used here, and where it is from.')
  .action(async () => {
    const { whoami } = await import('./account.ts')
    await whoami(stdout)
  })

await program.parseAsync(normalFlags(process.argv.slice(2)), { from: 'user' }).catch(fail)
