"""stdin: {"models": folders, or names on the Hub, "texts"}; stdout: for each model the labels with their scores of each text, most likely first, and what from_pretrained says of its weights."""
import json
import sys

import torch
from transformers import AutoModelForSequenceClassification, pipeline


def ask(model, texts):
    classify = pipeline('text-classification', model=model, dtype=torch.float32, device='cpu')
    loaded, told = AutoModelForSequenceClassification.from_pretrained(model, output_loading_info=True)
    loading = {key: sorted(told[key]) for key in ('missing_keys', 'unexpected_keys', 'mismatched_keys')}
    return {'scores': [classify(text, top_k=None, truncation=True) for text in texts], 'loading': {**loading, 'dtype': str(loaded.dtype)}}


given = json.load(sys.stdin)
print(json.dumps([ask(model, given['texts']) for model in given['models']]))
