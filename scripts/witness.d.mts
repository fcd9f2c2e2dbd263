export const venv: string
export const python: string
export function ensureVenv(say?: (line: string) => void): string
export function ensureMinilm(say?: (line: string) => void): string
