/**
 * A row that tries what a stranger's text can try: markup, Markdown, terminal codes, a spreadsheet's formula, paths. It is in the
 * data of every journey that reads any, and none of it may ever be more than text.
 */
const tricks = [
  '=HYPERLINK("https://canary.invalid/formula","x")',
  '<img id="canary-image" src="https://canary.invalid/html.png" onerror="window.canary = 1"><script>window.canary = 1</script>',
  '![x](https://canary.invalid/markdown.png) [x](command:workbench.action.closeWindow) $(trash)',
  '\u001b[31m\u001b]0;canary-title\u0007',
  '../../../../canary-path /tmp/canary-path file:///etc/passwd',
]

export const canaryText = tricks.join(' ')

/** What VS Code draws in its own notifications, lists and status bar where it is let: an icon that it has nowhere else, a link that runs a command. */
export const canaryName = '$(law)[x](command:workbench.action.quit)'
/** As a style finds them once they are drawn. */
export const canaryDrawn = '.codicon-law, [href*="action.quit"], [href*="action.closeWindow"]'

export const canaryLabel = `${canaryName} <b id="canary-label">=1+1</b> ../../canary-path`

/** A cell of a CSV file. */
export function csvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
