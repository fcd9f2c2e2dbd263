"""Makes activations.json beside it, with transformers 5.23.0 and torch 2.15.0: `python activations.py` in this folder.

Values and slopes, in double, of Hugging Face's activation functions (ACT2FN) under their names in config.json.
"""
import json

import torch
from transformers.activations import ACT2FN

names = ["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate", "gelu_10", "quick_gelu",
         "relu", "relu2", "relu6", "leaky_relu", "hardswish", "silu", "swish", "mish", "laplace", "sigmoid", "tanh", "linear"]
points = [-30.0, -8.0, -5.0, -3.125, -2.25, -1.5, -1.0, -0.75, -0.5, -0.25, -0.0625, 0.0625, 0.25, 0.5, 0.75, 1.0, 1.5, 2.25, 3.125, 5.0, 6.5, 8.0, 30.0]
functions = {}
for name in names:
    x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    y = ACT2FN[name](x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    functions[name] = {"values": y.tolist(), "slopes": slope.tolist()}
with open("activations.json", "w") as file:
    json.dump({"points": points, "functions": functions}, file, indent=1)
