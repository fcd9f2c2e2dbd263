/** Before the tests: the browser that some of them need is installed once. They run side by side, and apt bears one at a time. */
import { ensureChromium } from '../scripts/chromium.mjs'

export function setup(): void {
  if (process.env.FINETUNE_NO_E2E !== '1') ensureChromium(console.error)
}
