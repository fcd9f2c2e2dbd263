"""Makes tiny models of configurations given on stdin, in their folders, with what torch computes of them: logits of a batch, and gradients.

Input: [{"folder", "class", "config"}]. Weights are random and wide, so that every one of them matters. Prints, for each, the token ids
of the texts, their labels and the logits; gradients.safetensors lies beside the weights.
"""
import json
import sys

import torch
import transformers
from safetensors.torch import save_file


LABELS = {None: [0, 2, 1, 1], "multi_label_classification": [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]], "regression": [[0.5, -1.0, 3.0], [2.0, 0.0, 0.25], [-4.0, 1.0, 1.0], [0.0, 0.0, 0.0]]}


def make(folder, class_name, fields):
    generator = torch.Generator().manual_seed(7)
    architecture = getattr(transformers, class_name)
    config = architecture.config_class(num_labels=3, **fields)
    config._attn_implementation = "eager"
    model = architecture(config).double()
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
            value.copy_((1 + 0.1 * noise if value.dim() == 1 and name.endswith("weight") else (0.15 if value.dim() > 1 else 0.1) * noise).float())
    model.float().save_pretrained(folder)
    model.train()
    if config.model_type != "modernbert":  # whose attention is NaN in double
        model.double()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    padding = config.pad_token_id if config.pad_token_id is not None else 0
    texts = [torch.randint(0, config.vocab_size, (length,), generator=generator) for length in (9, 3, 23, 14)]
    texts[2][5] = padding  # as when a text spells the padding token out
    width = max(len(text) for text in texts)
    ids = torch.stack([torch.cat([text, torch.full((width - len(text),), padding)]) for text in texts])
    mask = torch.stack([(torch.arange(width) < len(text)).long() for text in texts])
    labels = torch.tensor(LABELS[fields.get("problem_type")])
    if labels.dtype != torch.long and config.model_type != "modernbert":
        labels = labels.double()
    outputs = model(input_ids=ids, attention_mask=mask, labels=labels)
    outputs.loss.backward()
    gradients = {name: value.grad.float().contiguous() for name, value in model.named_parameters() if value.grad is not None}
    save_file(gradients, f"{folder}/gradients.safetensors")
    return {"texts": [text.tolist() for text in texts], "labels": labels.tolist(), "problem_type": fields.get("problem_type"), "loss": outputs.loss.item(), "logits": outputs.logits.tolist()}


print(json.dumps([make(each["folder"], each["class"], each["config"]) for each in json.load(sys.stdin)]))
