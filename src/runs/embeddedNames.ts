/**
 * How a run's record names the model and data that travel with the program: their folder is another one after each update of the
 * extension, and a run must outlive that.
 */
import { basename, dirname } from 'node:path'
import { packageFile } from '../protocol/packageRoot.ts'

const prefix = 'embedded:'

/** `embedded:news-mini` for a folder that travels with this program, else the path itself. */
export function withEmbeddedName(path: string): string {
  return dirname(path) === packageFile('embedded') ? prefix + basename(path) : path
}

/** The path of what a record names, in this program's folder where it travels with it. Any other text is a path already. */
export function withoutEmbeddedName(name: string): string {
  const [, embedded] = /^embedded:([\w-]+)$/.exec(name) ?? []
  return embedded === undefined ? name : packageFile('embedded', embedded)
}

/** Settings with the sources that a run learns from under other names. */
export function renameSources<Sources extends { model_name_or_path: string, dataset: string[] }>(settings: Sources, rename: (source: string) => string): Sources {
  return { ...settings, model_name_or_path: rename(settings.model_name_or_path), dataset: settings.dataset.map(rename) }
}
