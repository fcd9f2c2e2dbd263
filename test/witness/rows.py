"""stdin: {"csv", "test_size", "seed"} or {"parquet", "max_samples"}; stdout: the rows that `datasets` picks, in their order."""
import json
import sys
import tempfile

from datasets import disable_progress_bar, load_dataset


def from_csv(path, test_size, seed):
    rows = load_dataset('csv', data_files=path, cache_dir=cache)['train'].class_encode_column('label')
    parts = rows.train_test_split(test_size=test_size, seed=seed)
    return parts['train'], parts['test']


def from_parquet(folder, max_samples):
    rows = load_dataset('parquet', data_dir=folder, cache_dir=cache)
    return tuple(rows[name].shuffle(seed=42).select(range(max_samples)) for name in ('train', 'test'))


given = json.load(sys.stdin)
disable_progress_bar()
with tempfile.TemporaryDirectory() as cache:
    train, evaluation = from_csv(given['csv'], given['test_size'], given['seed']) if 'csv' in given else from_parquet(given['parquet'], given['max_samples'])
    rows = {name: {'texts': list(part['text']), 'labels': list(part['label'])} for name, part in (('train', train), ('evaluation', evaluation))}
    print(json.dumps({'label_names': train.features['label'].names, **rows}))
