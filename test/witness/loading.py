"""stdin: {"folder"}; stdout: what from_pretrained reports of the weights."""
import json
import sys

from transformers import AutoModelForSequenceClassification

model, loading = AutoModelForSequenceClassification.from_pretrained(json.load(sys.stdin)['folder'], output_loading_info=True)
keys = ('missing_keys', 'unexpected_keys', 'mismatched_keys')
print(json.dumps({**{key: sorted(loading[key]) for key in keys}, 'dtype': str(model.dtype)}))
