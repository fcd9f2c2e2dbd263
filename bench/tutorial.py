"""The tutorial's script with the bench's sizes, as a person would run it: what `finetune train` is compared with for the time to the
first step and for memory. Prints a JSON line as each part ends.

usage: tutorial.py MODEL DATASET OUTPUT STEPS EVAL_ROWS
"""
import json
import sys

parts, sys.stdout = sys.stdout, sys.stderr  # Trainer prints its logs


def done(part):
    print(json.dumps({'part': part}), file=parts, flush=True)


import numpy
import torch
from datasets import disable_progress_bar, load_dataset
from transformers import (AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, Trainer, TrainerCallback,
                          TrainingArguments)

done('imports')
model_folder, dataset_folder, output, steps, eval_rows = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(2)
disable_progress_bar()


class Parts(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step in (1, state.max_steps):
            done('first step' if state.global_step == 1 else 'all steps')


def accuracy(prediction):
    return {'accuracy': float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}


dataset = load_dataset('parquet', data_dir=dataset_folder)
train = dataset['train'].shuffle(seed=42)
evaluation = dataset['test'].shuffle(seed=42).select(range(eval_rows))
done('data read')

tokenizer = AutoTokenizer.from_pretrained(model_folder)
train, evaluation = (rows.map(lambda batch: tokenizer(batch['text'], truncation=True), batched=True) for rows in (train, evaluation))
done('data tokenised')

model = AutoModelForSequenceClassification.from_pretrained(model_folder)
arguments = TrainingArguments(
    output_dir=output, max_steps=steps, learning_rate=2e-5, per_device_train_batch_size=16, per_device_eval_batch_size=16, weight_decay=0.01,
    eval_strategy='steps', eval_steps=steps, save_strategy='steps', save_steps=steps, load_best_model_at_end=True,
    metric_for_best_model='accuracy', report_to='none', disable_tqdm=True, use_cpu=True)
trainer = Trainer(
    model=model, args=arguments, train_dataset=train, eval_dataset=evaluation, processing_class=tokenizer,
    data_collator=DataCollatorWithPadding(tokenizer), compute_metrics=accuracy, callbacks=[Parts()])
done('model loaded')
trainer.train()
trainer.save_model()
done('evaluated and saved')
