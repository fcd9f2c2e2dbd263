/** Settings that go together, as the form offers them: what differs from the defaults, which are those of Hugging Face's tutorial. */
import type { SettingValue } from './formMessages.ts'
import type { SettingName } from './settings.ts'

/** The tutorial trains on `shuffle(seed=42).select(range(1000))` and evaluates on as many. */
export const tutorialRows = 1000

export type PresetName = 'tutorial' | 'quick' | 'careful'

export const presets: Readonly<Record<PresetName, Readonly<Partial<Record<SettingName, SettingValue>>>>> = {
  tutorial: {},
  /** One pass, over texts that are cut early. */
  quick: { num_train_epochs: 1, max_length: 128 },
  /** More passes with a slow start; the best by macro F1, which counts small classes as much as large ones. */
  careful: { num_train_epochs: 5, warmup_steps: 0.1, metric_for_best_model: 'f1' },
}

/** The preset whose settings these are, number of rows aside; undefined for a person's own. */
export function presetOf(settings: Readonly<Record<string, SettingValue>>): PresetName | undefined {
  return (Object.keys(presets) as PresetName[]).find((name) => same(presets[name], settings))
}

function same(preset: Readonly<Record<string, SettingValue>>, settings: Readonly<Record<string, SettingValue>>): boolean {
  const names = new Set([...Object.keys(preset), ...Object.keys(settings)].filter((name) => !chosenElsewhere.includes(name)))
  return [...names].every((name) => preset[name] === settings[name])
}

/** What goes with the data that is chosen, and with the model: for others it has no meaning. */
export const aboutData: readonly string[] = ['text_column', 'label_column', 'dataset_config_name', 'dataset_revision', 'train_split_name', 'validation_split_name']
export const aboutModel: readonly string[] = ['model_revision']

/** Chosen elsewhere in the form: they are of no preset. */
export const chosenElsewhere: readonly string[] = [...aboutData, ...aboutModel, 'max_train_samples', 'max_eval_samples']

/** What the tutorial of AG News is about, by their names on the Hub. */
export const hubNews = { model: 'distilbert/distilbert-base-uncased', dataset: 'fancyzhx/ag_news' } as const
