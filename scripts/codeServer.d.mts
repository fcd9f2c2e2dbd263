export function ensureCodeServer(say?: (text: string) => void): { node: string, program: string }
