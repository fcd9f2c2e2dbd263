"""Classification with transformers: one text of the command line, or texts a JSON line on stdin.

usage: pipeline.py MODEL [TEXT]
"""
import json
import sys
import time

import torch
from transformers import pipeline
from transformers.utils import logging

torch.set_num_threads(2)
logging.disable_progress_bar()
classify = pipeline('text-classification', model=sys.argv[1], dtype=torch.float32, device='cpu')
if len(sys.argv) > 2:
    print(json.dumps(classify(sys.argv[2])[0]))
for line in sys.stdin if len(sys.argv) == 2 else ():
    texts = json.loads(line)['texts']
    start = time.perf_counter()
    classify(texts, truncation=True)
    print(json.dumps({'seconds': time.perf_counter() - start}), flush=True)
