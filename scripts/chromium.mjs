// The browser of the tests in a real VS Code: the system's Chromium, installed where it is missing and may be.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Returns its path. $FINETUNE_CHROMIUM names another one. */
export function ensureChromium(say = () => {}) {
  const there = process.env.FINETUNE_CHROMIUM || places.find((path) => existsSync(path))
  if (there) return there
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error('The tests in a real VS Code need Chromium, and there is none: install it (Debian: apt-get install chromium), name it in FINETUNE_CHROMIUM, or leave them out with FINETUNE_NO_E2E=1.')
  say('Installing Chromium…')
  const apt = (...args) => execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core')
  return places[0]
}
