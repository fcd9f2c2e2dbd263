export const vsix: string
export function newerSource(): string | undefined
