"""stdin: {"paths"}; stdout: for each the fields of the TrainerState that transformers reads from it."""
import dataclasses
import json
import sys

from transformers import TrainerState

print(json.dumps([dataclasses.asdict(TrainerState.load_from_json(path)) for path in json.load(sys.stdin)['paths']]))
