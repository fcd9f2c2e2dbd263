/** undici's agent for the proxies of the environment. A module of its own, to load it late: in a bundle its names come with a static import only. */
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'

/** Sends what `fetch` of this process asks for by way of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
export function useEnvironmentAgent(options: ConstructorParameters<typeof EnvHttpProxyAgent>[0]): void {
  setGlobalDispatcher(new EnvHttpProxyAgent(options))
}
