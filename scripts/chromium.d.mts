export function ensureChromium(say?: (text: string) => void): string
