"""Makes grad_scaler.json beside it, with torch 2.15.0: `python grad_scaler.py` in this folder.

torch.amp.GradScaler, clip_grad_norm_ and torch.optim.AdamW (single tensor, float32) over two parameters, `weight` with weight decay
and `bias` without, as Trainer and accelerate call them: on overflow the schedule of the learning rate stands still too. Gradients
are given before they are scaled; `overflows` tells in which steps one of them is not finite.
"""
import json

import torch

torch.manual_seed(11)
steps = 12
shapes = {"weight": [3, 5], "bias": [7]}
start = {name: torch.randn(shape) for name, shape in shapes.items()}
gradients = [{name: torch.randn(shape) * 10.0 ** -(step % 3) for name, shape in shapes.items()} for step in range(steps)]
overflows = {0: float("inf"), 1: float("nan"), 6: float("-inf"), 11: float("inf")}
learning_rates = [1e-2 * (1 - step / steps) for step in range(steps)]
scaler_settings = {"init_scale": 65536.0, "growth_factor": 2.0, "backoff_factor": 0.5, "growth_interval": 3}
settings = {"weight_decay": 0.1, "max_grad_norm": 1.0, "adam_epsilon": 1e-8, "adam_beta1": 0.9, "adam_beta2": 0.999}

parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in start.items()}
groups = [{"params": [parameters["weight"]], "weight_decay": settings["weight_decay"]}, {"params": [parameters["bias"]], "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, betas=(settings["adam_beta1"], settings["adam_beta2"]), eps=settings["adam_epsilon"], foreach=False)
scaler = torch.amp.GradScaler("cpu", **scaler_settings)


def values(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


rows = []
updates = 0
for step in range(steps):
    scale = scaler.scale(torch.ones(())).item()
    for name, parameter in parameters.items():
        parameter.grad = gradients[step][name] * scale
    if step in overflows:
        parameters["weight"].grad[1, 2] = overflows[step]
    for group in optimizer.param_groups:
        group["lr"] = learning_rates[updates]
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), settings["max_grad_norm"]).item()
    scaler.step(optimizer)
    scaler.update()
    overflow = scaler.get_scale() < scale
    rows.append({
        "overflow": overflow, "norm": None if overflow else norm, "learning_rate": learning_rates[updates],
        "scale": scaler.get_scale(), "growth_tracker": scaler._get_growth_tracker(), "value": values(parameters),
    })
    updates += 0 if overflow else 1

state = {name: optimizer.state[parameter] for name, parameter in parameters.items()}
with open("grad_scaler.json", "w") as file:
    json.dump({
        "shapes": shapes, "start": values(start), "gradients": [values(g) for g in gradients], "learning_rates": learning_rates,
        "overflows": {step: str(value) for step, value in overflows.items()}, "scaler": scaler_settings, "settings": settings, "steps": rows,
        "m": values({name: each["exp_avg"] for name, each in state.items()}), "v": values({name: each["exp_avg_sq"] for name, each in state.items()}),
    }, file)
