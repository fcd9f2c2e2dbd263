/** The environment of the processes that we start. */

/** Variables that hold a token of the Hub: a process that needs one is given it when it does. */
const secrets = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']

/** That of this process, without tokens and without what is meant for this process alone (NODE_OPTIONS). */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => ![...secrets, 'NODE_OPTIONS'].includes(name.toUpperCase())))
}
