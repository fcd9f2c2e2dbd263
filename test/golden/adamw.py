"""Makes adamw.json beside it, with torch 2.15.0: `python adamw.py` in this folder.

torch.optim.AdamW (single tensor, float32) with clip_grad_norm_ over two parameters, `weight` with weight decay and `bias` without,
as Trainer groups them. Numbers are the float32 values, written in full.
"""
import json

import torch

torch.manual_seed(7)
steps = 6
shapes = {"weight": [3, 5], "bias": [7]}
start = {name: torch.randn(shape) for name, shape in shapes.items()}
gradients = [{name: torch.randn(shape) * 10.0 ** -(step % 4) for name, shape in shapes.items()} for step in range(steps)]
learning_rates = [1e-2 * (1 - step / steps) for step in range(steps)]


def values(tensors):
    return {name: tensor.flatten().tolist() for name, tensor in tensors.items()}


def run(weight_decay, max_grad_norm, adam_epsilon, betas):
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in start.items()}
    groups = [{"params": [parameters["weight"]], "weight_decay": weight_decay}, {"params": [parameters["bias"]], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, betas=betas, eps=adam_epsilon, foreach=False)
    norms = []
    for gradient, learning_rate in zip(gradients, learning_rates):
        for name, parameter in parameters.items():
            parameter.grad = gradient[name].clone()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        limit = max_grad_norm if max_grad_norm > 0 else float("inf")
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), limit).item())
        optimizer.step()
    state = {name: optimizer.state[parameter] for name, parameter in parameters.items()}
    return {
        "settings": {"weight_decay": weight_decay, "max_grad_norm": max_grad_norm, "adam_epsilon": adam_epsilon, "adam_beta1": betas[0], "adam_beta2": betas[1]},
        "norms": norms,
        "value": values({name: parameter.detach() for name, parameter in parameters.items()}),
        "m": values({name: each["exp_avg"] for name, each in state.items()}),
        "v": values({name: each["exp_avg_sq"] for name, each in state.items()}),
    }


runs = [
    run(weight_decay, max_grad_norm, adam_epsilon, betas)
    for weight_decay in (0.0, 0.1)
    for max_grad_norm in (0.0, 1.0)
    for adam_epsilon, betas in ((1e-8, (0.9, 0.999)), (1e-3, (0.8, 0.95)))
]
with open("adamw.json", "w") as file:
    json.dump({"shapes": shapes, "start": values(start), "gradients": [values(g) for g in gradients], "learning_rates": learning_rates, "runs": runs}, file)
