// Set Up GPU on a machine without one: what is in the way is said, and stays until it was read.
import { journey } from './journey.ts'
import { runCommand } from './window.ts'

// So that what the terminal shows is text of the page.
const userData = { 'Machine/settings.json': '{ "terminal.integrated.gpuAcceleration": "off" }' }

journey('a machine without a GPU is told so in a terminal', { userData }, async ({ page }) => {
  await runCommand(page, 'Finetune: Set Up GPU')
  const terminal = page.locator('.terminal-wrapper .xterm-rows')
  await terminal.getByText('error: no GPU can be used here: no NVIDIA driver found').waitFor()
  await terminal.getByText('Press Enter to close this terminal.').waitFor()
  await page.keyboard.press('Enter')
  await terminal.waitFor({ state: 'detached' })
})
