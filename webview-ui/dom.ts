/** Elements from code. Text is only ever set as text: labels and rows are a stranger's. */
export type Child = Node | string | undefined

export function element(tag: string, attributes: Readonly<Record<string, string>> = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** Sets the text where it is another: what did not change is not read out again, and does not flicker. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** A bar for a share from 0 to 1. The number stands beside it, so it is only for the eye. */
export function bar(share: number): HTMLElement {
  const made = element('span', { class: 'bar', 'aria-hidden': 'true' })
  made.style.setProperty('--share', String(share))
  return made
}

export interface Column {
  name: string
  /** Numbers stand to the right. */
  isNumber?: boolean
  /** What stands in the header instead of the bare name, such as a link. */
  shown?: Node
}

/** Content that scrolls sideways where there is no room for it, also by keys. */
export function scrollable(label: string, content: HTMLElement): HTMLElement {
  return element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': label }, content)
}

/** A table with header cells. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly (string | Node)[])[]): HTMLElement {
  const cellClass = (column: number): Record<string, string> => columns[column].isNumber ? { class: 'number' } : {}
  return element('table', {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...columns.map(({ name, shown }, index) => element('th', { scope: 'col', ...cellClass(index) }, shown ?? name)))),
    element('tbody', {}, ...rows.map((cells) => element('tr', {}, ...cells.map((cell, index) =>
      index === 0 ? element('th', { scope: 'row', ...cellClass(0) }, cell) : element('td', cellClass(index), cell))))))
}
