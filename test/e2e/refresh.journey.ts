// A token that is about to end, in two windows at once: it is exchanged by one of them. VS Code in a browser gives each window a copy of the
// secrets, so the other one has the new token once it is reloaded; on a desktop at once (test/hub/sessions.test.ts).
import { expect, onTestFinished } from 'vitest'
import { startHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'
import { journey } from './journey.ts'
import { signInWithCode } from './onTheHub.ts'
import { watchSecrets } from './secrets.ts'
import { reloadWindow, runCommand } from './window.ts'

const hub = await startHub()
const oauth = oauthOf(hub)
oauth.applications.push({ clientId: 'finetune-journey', redirectUris: [] })
hub.addAccount('mara', 'hf_of_mara_herself')
const options = {
  env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined },
  userData: { 'Machine/settings.json': '{ "finetune.oauthClientId": "finetune-journey" }' },
}

/** Refresh tokens that were given out so far; each is used up by using it. */
const given = () => [...hub.secrets].filter((secret) => secret.startsWith('hf_refresh_')).length

journey('two windows exchange a token once, and both go on signed in', options, async ({ vscode, page }) => {
  onTestFinished(() => hub.close())
  const expectNoSecrets = watchSecrets(hub, vscode)
  oauth.tokenSeconds = 299 // less than the five minutes that a token must last
  await runCommand(page, 'Finetune: Sign In to Hugging Face')
  await signInWithCode(page, 'mara')
  await page.locator('.notification-list-item').filter({ hasText: 'as mara' }).waitFor()
  await runCommand(page, 'Notifications: Clear All Notifications')

  const windows = [page, await vscode.openWindow()]
  const before = given()
  oauth.tokenSeconds = 86_400
  await Promise.all(windows.map((window) => runCommand(window, 'Finetune: Sign In to Hugging Face')))
  const told = windows.map((window) => window.locator('.notification-list-item').filter({ hasText: /as mara|another window has renewed/ }))
  const words = await Promise.all(told.map((note) => note.first().textContent()))
  expect(words.toSorted()).toEqual([expect.stringContaining('Signed in to Hugging Face as mara.'), expect.stringContaining('another window has renewed the sign-in to Hugging Face: reload this window')])
  const late = windows[words.findIndex((text) => text!.includes('another window'))]!
  await reloadWindow(late)
  await runCommand(late, 'Finetune: Sign In to Hugging Face')
  await late.locator('.notification-list-item').filter({ hasText: 'as mara' }).waitFor()
  expect(given() - before).toBe(1)
  await expectNoSecrets({ processes: 0 })
})
