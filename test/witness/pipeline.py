"""stdin: {"texts"} and the "folder" of a model, or its "name" on the Hub; stdout: for each text its labels with their scores, most likely first."""
import json
import sys

import torch
from transformers import pipeline

given = json.load(sys.stdin)
classify = pipeline('text-classification', model=given.get('name') or given['folder'], dtype=torch.float32, device='cpu')
print(json.dumps([classify(text, top_k=None, truncation=True) for text in given['texts']]))
