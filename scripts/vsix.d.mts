export const vsix: string
export const universalVsix: string
export function newerSource(path?: string): string | undefined
