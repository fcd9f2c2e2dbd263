"""One contender: a real `Trainer.train()` that a callback holds at the borders of blocks. Commands come as JSON lines on stdin, each
gets one JSON line on stdout (bench/README.md lists them).

usage: trainer.py FOLDER [--onednn]
"""
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
NO_DROPOUT = {'dropout': 0.0, 'attention_dropout': 0.0, 'seq_classif_dropout': 0.0}
replies = sys.stdout
sys.stdout = sys.stderr  # Trainer prints its logs; stdout belongs to the protocol


def reply(**message):
    replies.write(json.dumps(message) + '\n')
    replies.flush()


def read_command():
    line = sys.stdin.readline()
    return json.loads(line) if line else {'cmd': 'end'}


def read_rows(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    return Dataset.from_list([{**row, 'attention_mask': [1] * len(row['input_ids'])} for row in rows])


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


def train(folder, steps, batch, learning_rate, dropout):
    """The tutorial's settings, `steps` steps over the file's rows in their order."""
    set_seed(42)
    tokenizer = AutoTokenizer.from_pretrained(f'{folder}/model')
    model = AutoModelForSequenceClassification.from_pretrained(f'{folder}/model', **({} if dropout else NO_DROPOUT))
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output, max_steps=steps, per_device_train_batch_size=batch, learning_rate=learning_rate,
            weight_decay=0.01, train_sampling_strategy='sequential',
            eval_strategy='no', save_strategy='no', report_to='none', disable_tqdm=True, use_cpu=True)
        callback = Blocks()
        trainer = RecordingTrainer(
            model=model, args=arguments, data_collator=DataCollatorWithPadding(tokenizer),
            train_dataset=read_rows(f'{folder}/train.jsonl'), callbacks=[callback])
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


def main():
    torch.set_num_threads(THREADS)
    logging.set_verbosity_error()
    disable_progress_bar()
    if '--onednn' in sys.argv:
        use_onednn()
    while (command := read_command())['cmd'] != 'end':
        if command['cmd'] == 'gflops':
            reply(gflops=gflops())
        else:
            train(sys.argv[1], command['steps'], command['batch'], command['learning_rate'], command['dropout'])


if __name__ == '__main__':
    main()
