export function thirdPartyNotices(bundled: readonly string[], copied: readonly string[]): string
export function packageNotice(folder: string): { title: string, text: string }
