"""stdin: {"name"} of a model on the Hub; stdout: what huggingface_hub reads in its card, which it has had checked."""
import json
import sys

from huggingface_hub import ModelCard

card = ModelCard.load(json.load(sys.stdin)["name"])
card.validate()
print(json.dumps({
    "base_model": card.data.base_model, "datasets": card.data.datasets, "library": card.data.library_name,
    "results": [[result.metric_type, result.dataset_type] for result in card.data.eval_results],
}))
