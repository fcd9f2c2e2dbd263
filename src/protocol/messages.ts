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
  'run.live': 'a run is live in {folder} (process {pid} since {since}): wait for it, stop it with Ctrl-C, or choose another --output_dir',
  'run.cannot-lock': '{path} cannot be locked (error {reason} of its file system): choose an --output_dir on another disk',
  'run.not-a-folder': '{folder} is not a folder: choose another --output_dir',
  'run.not-ours': '{folder} is not empty and holds no run of finetune: choose another --output_dir',
  'run.cannot-write': '{folder} cannot be written ({reason}): choose another --output_dir',
  'run.unreadable': '{path} is not readable as the record of a run ({reason}): choose another --output_dir',
  'run.no-space': 'no space for {what}: {needed} are needed in {folder} and {free} are free; make room and train again, or set --save_total_limit',
  'run.settings-differ': '{folder} holds a run with other settings ({difference}): train with those, or choose another --output_dir',
  'run.data-changed': 'the data of the run in {folder} has changed since it began: put it back, or choose another --output_dir',
  'run.model-changed': 'the model that the run in {folder} started from has changed since: put it back, or choose another --output_dir',
  'run.no-checkpoint': '{path} is not a complete checkpoint of the run in {folder}: it has {known}',
  'run.checkpoint-unreadable': '{path} is damaged ({reason}): remove that checkpoint folder to go on from the one before it',
} as const satisfies Record<string, string>
