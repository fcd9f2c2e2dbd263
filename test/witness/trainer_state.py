"""stdin: {"path"}; stdout: the fields of the TrainerState that transformers reads from it."""
import dataclasses
import json
import sys

from transformers import TrainerState

print(json.dumps(dataclasses.asdict(TrainerState.load_from_json(json.load(sys.stdin)['path']))))
