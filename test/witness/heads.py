"""Begins a classifier of each base checkpoint, as from_pretrained does after set_seed(42), and prints its parameters that are new.

Input: [{"folder", "class", "config"}]. A checkpoint is first made in the folder: a masked-language model's, or the base model's alone
where "bare", with the old names of LayerNorm where "legacy".
"""
import json
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file


def legacy(name):
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def begin(folder, class_name, fields, bare, old):
    architecture = getattr(transformers, class_name)
    config = architecture.config_class(**fields)
    torch.manual_seed(1)
    base = (transformers.AutoModel if bare else transformers.AutoModelForMaskedLM).from_config(config)
    base.save_pretrained(folder)
    path = f"{folder}/model.safetensors"
    tensors = load_file(path)
    if old:
        save_file({legacy(name): value for name, value in tensors.items()}, path, {"format": "pt"})
    transformers.set_seed(42)
    model, info = architecture.from_pretrained(folder, num_labels=5, output_loading_info=True)
    values = model.state_dict()
    return {"fresh": {name: values[name].flatten().tolist() for name in info["missing_keys"]}, "all": {name: value.double().sum().item() for name, value in model.named_parameters()}}


print(json.dumps([begin(each["folder"], each["class"], each["config"], each["bare"], each["legacy"]) for each in json.load(sys.stdin)]))
