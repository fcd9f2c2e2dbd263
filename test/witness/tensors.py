"""stdin: {"paths"} of safetensors files; stdout: for each {name: {"dtype", "shape", "finite", "least", "largest"}}."""
import json
import sys

from safetensors.torch import load_file


def describe(tensor):
    return {'dtype': str(tensor.dtype), 'shape': list(tensor.shape), 'finite': bool(tensor.isfinite().all()),
            'least': float(tensor.min()), 'largest': float(tensor.abs().max())}


print(json.dumps([{name: describe(tensor) for name, tensor in load_file(path).items()} for path in json.load(sys.stdin)['paths']]))
