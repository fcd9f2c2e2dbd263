export function l10nBundle(): Promise<string>
