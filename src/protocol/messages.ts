/**
 * Every message for a person's mistake: what happened, where, what to do. One line each, `{name}` for arguments.
 * Codes are `area.what`; keep each area together.
 */
export const messages = {
  // data: files of rows
  // tokenizer
  // model: config.json and weights
  // settings
  'settings.missing': '{setting} is missing: give --{setting}, the {what}',
  'settings.unknown': 'unknown setting {setting}: did you mean {nearest}? finetune train --help lists them all',
  'settings.not-supported': '{setting} {value} is a setting of Hugging Face\'s that is not supported here: leave it out, or give its default {standard}',
  'settings.value': '{setting} must be {allowed}, not {value}',
  'settings.fp16-and-bf16': 'fp16 and bf16 are both on: choose one',
  'settings.strategies-differ': 'load_best_model_at_end needs eval_strategy and save_strategy to be the same, not {eval_strategy} and {save_strategy}: set both alike, or --load_best_model_at_end false',
  'settings.save-steps': 'load_best_model_at_end needs save_steps to be a multiple of eval_steps, not {save_steps} and {eval_steps}: set both, or --load_best_model_at_end false',
  'settings.file-not-found': 'no settings file at {path}: settings are given as --name value, or as one JSON file of names and values',
  'settings.file-not-json': '{path} is not a JSON object of settings: {reason}',
  // run: the run folder
} as const satisfies Record<string, string>
