export const targets: readonly string[]
export function nativeFiles(target: string): Record<string, string[]>
export function packageFolder(name: string): string
