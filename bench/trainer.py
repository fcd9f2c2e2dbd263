"""One contender: a real `Trainer.train()` that a callback holds at the borders of blocks. Commands come as JSON lines on stdin, each
gets one JSON line on stdout (bench/README.md lists them).

usage: trainer.py FOLDER [--onednn] [--grouped BLOCK_STEPS] [--compile] [--bf16] [--cuda]
"""
import argparse
import json
import sys
import tempfile
import time

import torch
from datasets import Dataset, disable_progress_bar
from transformers import (AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, Trainer, TrainerCallback,
                          TrainingArguments, set_seed)
from transformers.utils import logging

from onednn import use_onednn

THREADS = 2
NO_DROPOUT = {
    'distilbert': {'dropout': 0.0, 'attention_dropout': 0.0, 'seq_classif_dropout': 0.0},
    'bert': {'hidden_dropout_prob': 0.0, 'attention_probs_dropout_prob': 0.0},
    'modernbert': {},  # has none
}
replies = sys.stdout
sys.stdout = sys.stderr  # Trainer prints its logs; stdout belongs to the protocol


def reply(**message):
    replies.write(json.dumps(message) + '\n')
    replies.flush()


def read_command():
    line = sys.stdin.readline()
    return json.loads(line) if line else {'cmd': 'end'}


def read_rows(path, count):
    with open(path) as file:
        rows = [json.loads(line) for _, line in zip(range(count), file)]
    return [{**row, 'attention_mask': [1] * len(row['input_ids'])} for row in rows]


def grouped(rows, size):
    """What group_by_length does, within each block: all contenders train on the same rows in a block then. (Trainer's groups are of 50
    batches, and their order goes from long to short.)"""
    blocks = (rows[start:start + size] for start in range(0, len(rows), size))
    return [row for block in blocks for row in sorted(block, key=lambda row: -len(row['input_ids']))]


class Blocks(TrainerCallback):
    """Holds training at the end of each block until the next command."""

    def __init__(self):
        self.losses = []

    def on_train_begin(self, args, state, control, **kwargs):
        reply(ready=True)
        self.obey(control)

    def on_step_end(self, args, state, control, **kwargs):
        self.left -= 1
        if self.left == 0:
            losses = [loss.item() for loss in self.losses]
            reply(seconds=time.perf_counter() - self.start, losses=losses)
            self.losses.clear()
            self.obey(control)

    def obey(self, control):
        command = read_command()
        self.start = time.perf_counter()
        self.left = command.get('steps')
        control.should_training_stop = command['cmd'] == 'end'


class RecordingTrainer(Trainer):
    """Trainer as it is; only each step's loss is remembered."""

    def training_step(self, *args, **kwargs):
        loss = super().training_step(*args, **kwargs)
        self.callback.losses.append(loss)
        return loss


def train(options, steps, batch, learning_rate, dropout, half):
    """The tutorial's settings, `steps` steps over the file's rows in their order. `half`: in half precision, where the options ask for it."""
    set_seed(42)
    folder = options.folder
    tokenizer = AutoTokenizer.from_pretrained(f'{folder}/model')
    with open(f'{folder}/model/config.json') as file:
        no_dropout = NO_DROPOUT[json.load(file)['model_type']]
    model = AutoModelForSequenceClassification.from_pretrained(f'{folder}/model', **({} if dropout else no_dropout))
    rows = read_rows(f'{folder}/train.jsonl', steps * batch)
    if options.grouped and dropout:  # not where losses are compared
        rows = grouped(rows, options.grouped * batch)
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output, max_steps=steps, per_device_train_batch_size=batch, learning_rate=learning_rate,
            weight_decay=0.01, train_sampling_strategy='sequential', torch_compile=options.compile,
            bf16=half and options.bf16, fp16=half and options.cuda,
            eval_strategy='no', save_strategy='no', report_to='none', disable_tqdm=True, use_cpu=not options.cuda)
        callback = Blocks()
        trainer = RecordingTrainer(
            model=model, args=arguments, data_collator=DataCollatorWithPadding(tokenizer),
            train_dataset=Dataset.from_list(rows), callbacks=[callback])
        trainer.callback = callback
        trainer.train()


def gflops():
    """The speed of a matrix product of a linear layer's size, by the library that `linear` uses now."""
    x, weight = torch.randn(1024, 768), torch.randn(3072, 768)
    best = 0
    with torch.no_grad():
        for _ in range(30):
            start = time.perf_counter()
            torch.nn.functional.linear(x, weight)
            best = max(best, 2 * 1024 * 768 * 3072 / (time.perf_counter() - start) / 1e9)
    return best


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument('folder')
    parser.add_argument('--grouped', type=int)
    for flag in ('--onednn', '--compile', '--bf16', '--cuda'):
        parser.add_argument(flag, action='store_true')
    return parser.parse_args()


def main():
    options = read_options()
    torch.set_num_threads(THREADS)
    logging.set_verbosity_error()
    disable_progress_bar()
    if options.onednn:
        use_onednn()
    while (command := read_command())['cmd'] != 'end':
        if command['cmd'] == 'gflops':
            reply(gflops=gflops())
        else:
            command.pop('cmd')
            train(options, **command)


if __name__ == '__main__':
    main()
