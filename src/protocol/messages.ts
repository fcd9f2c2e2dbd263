/**
 * Every message for a person's mistake: what happened, where, what to do. One line each, `{name}` for arguments.
 * Codes are `area.what`; keep each area together.
 */
export const messages = {
  // data: files of rows
  // tokenizer
  // model: config.json and weights
  'model.folder-missing': 'no folder at {path}: check --model_name_or_path',
  'model.not-a-folder': '{path} is a file: give the folder that holds config.json and model.safetensors',
  'model.hub-name': 'no folder {name} here, and names of models on the Hub come with a later version: give the folder of a downloaded model',
  'model.config-missing': 'no config.json in {folder}: give a folder laid out as a model on the Hub or by save_pretrained',
  'model.json-malformed': '{file} is not a JSON object: download it again',
  'model.type-missing': '{file} names no model_type: give a folder laid out as a model on the Hub or by save_pretrained',
  'model.labels-malformed': 'config.json in {folder} has an id2label that does not name the labels "0", "1" and so on: correct it, or download the file again',
  'model.weights-missing': 'no model.safetensors in {folder}: download the model whole',
  'model.pickle-only': '{folder} has its weights only as a pickle ({file}), which can run code when opened: take a revision of the model that has model.safetensors, or convert it in Python with save_pretrained(folder, safe_serialization=True)',
  'model.index-malformed': '{file} has no weight_map that says which file holds which tensor: download it again',
  'model.shard-name': '{file} names the file {shard}, which is not a .safetensors file beside it: download the model again, from a source that you trust',
  'model.shard-missing': 'no file {file}, which {index} names: download the model whole',
  'model.shard-lacks': '{file} lacks tensor {tensor}, which {index} says it holds: download both again',
  'model.file-missing': 'no file at {file}: download it again',
  'model.file-lfs': '{file} is a Git LFS pointer, not the weights: run git lfs pull in its folder, or download it again',
  'model.file-no-header': '{file} does not begin with a whole safetensors header: it is truncated or something else; download it again',
  'model.file-truncated': '{file} is truncated, it ends before tensor {tensor} does: download it again',
  'model.file-surplus': '{file} goes on for {surplus} bytes after its last tensor: download it again',
  'model.tensor-entry': '{file}: the header\'s entry {tensor} is malformed: download the file again',
  'model.tensor-dtype': '{file}: tensor {tensor} has the dtype {dtype}, which safetensors does not know: download the file again',
  'model.tensor-size': '{file}: tensor {tensor} ({dtype}, shape [{shape}]) needs {needed} bytes, but its offsets span {actual}: download the file again',
  'model.tensor-offset': '{file}: tensor {tensor} begins at byte {begin}, but the one before it ends at {expected}: download the file again',
  'model.tensor-type': '{file}: tensor {tensor} is stored as {dtype}, which cannot be trained: take a checkpoint in float32, float16 or bfloat16',
  'model.tensor-not-finite': '{file}: tensor {tensor} holds NaN or infinite values: download the file again, or take another checkpoint',
  'model.parameter-missing': '{file} lacks {name} ({count} of {total} parameters are missing): it does not fit its config.json; download both again',
  'model.parameter-shape': '{file}: tensor {tensor} has the shape [{actual}], but config.json makes it [{expected}]: download both again',
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
