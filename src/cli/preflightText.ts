/** What a run is about to do, in lines for a person: the settings, then what they cost. */
import { isAbsolute, relative } from 'node:path'
import { printable } from '../protocol/errors.ts'
import type { Preflight } from '../protocol/events.ts'
import { shown } from '../protocol/settingName.ts'
import { defaultOf, settingNames } from '../protocol/settings.ts'
import type { SettingName, Settings } from '../protocol/settings.ts'
import { bytesText, countText, durationText, percentText } from './units.ts'

const alwaysShown: readonly SettingName[] = ['model_name_or_path', 'dataset', 'output_dir', 'learning_rate', 'per_device_train_batch_size', 'num_train_epochs', 'seed']

/** The settings that matter most and those that are no defaults, a line each: names as the flags that change them. */
export function settingsLines(settings: Settings): string[] {
  const values = settings as Partial<Record<SettingName, unknown>>
  const isDefault = (name: SettingName) => JSON.stringify(values[name] ?? null) === JSON.stringify(defaultOf(name) ?? null)
  const derived: readonly SettingName[] = ['eval_steps', 'greater_is_better', 'resume_from_checkpoint']
  const names = settingNames.filter((name) => alwaysShown.includes(name) || !isDefault(name) && !derived.includes(name))
  const width = Math.max(...names.map((name) => name.length))
  return names.map((name) => `  ${name.padEnd(width)}  ${printable(settingText(values[name]))}`)
}

/** `cpu, 2 threads (no CUDA found) · 400 rows to train, 160 to evaluate · 75 steps in 3 epochs · about 25 s · 310 MB of memory · 62 MB on disk`. */
export function preflightLine(preflight: Preflight): string {
  const { device, device_reason, threads, train_rows, eval_rows, max_steps, num_train_epochs, estimated_seconds, memory_bytes, disk_bytes } = preflight
  return printable([
    `${device}, ${countText(threads, 'thread')} (${device_reason})`,
    `${countText(train_rows, 'row')} to train, ${eval_rows.toLocaleString('en-US')} to evaluate`,
    `${countText(max_steps, 'step')} in ${countText(num_train_epochs, 'epoch')}`,
    ...estimated_seconds === null ? [] : [`about ${durationText(estimated_seconds)}`],
    `${bytesText(memory_bytes)} of memory`,
    `${bytesText(disk_bytes)} on disk`,
  ].join(' · '))
}

/** `4 labels: World, Sports, … · 2 % of texts are cut at 128 tokens`, `a number · no text is cut`. */
export function dataLine({ label_names, problem_type, truncated_share, max_length }: Preflight): string {
  const cut = truncated_share === 0 ? 'no text is cut' : `about ${percentText(truncated_share)} of texts are cut at ${countText(max_length, 'token')}`
  const labels = problem_type === 'regression' ? 'a number' : `${countText(label_names.length, 'label')}: ${shortList(label_names, 12)}`
  return printable(`${labels} · ${cut}`)
}

/** A path as seen from here, where that is shorter. */
export function nearPath(path: string): string {
  const near = isAbsolute(path) ? relative(process.cwd(), path) : path
  return near === '' || near.startsWith('..') ? path : near
}

function settingText(value: unknown): string {
  return [value].flat().map((word) => typeof word === 'string' ? nearPath(word) : shown(word)).join(' ')
}

function shortList(names: readonly string[], most: number): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
