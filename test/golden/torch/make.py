"""Makes the files beside it, with torch 2.15.0, transformers 5.23.0 and safetensors 0.8.0: `python make.py` in this folder.

deberta/: a tiny DeBERTa-v3 as pytorch_model.bin alone, and twin.safetensors with the same tensors. Beside it, what else torch.save writes.
"""
import os

import torch
from safetensors.torch import save_file
from transformers import DebertaV2Config, DebertaV2Model

torch.manual_seed(0)
config = DebertaV2Config(
    vocab_size=24, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12, max_position_embeddings=16, type_vocab_size=0, relative_attention=True,
    position_buckets=4, norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"], position_biased_input=False, pooler_hidden_size=8,
)
model = DebertaV2Model(config)
state = {f"deberta.{name}": tensor for name, tensor in model.state_dict().items()}
state["deberta.embeddings.word_embeddings.weight"] = state["deberta.embeddings.word_embeddings.weight"].half()
# A Parameter; what shares a storage, as the last rows of one matrix and as the same tensor under two names; integers; a number; an empty one.
state["deberta.embeddings.LayerNorm.weight"] = torch.nn.Parameter(torch.linspace(0.5, 1.5, 8))
shared = torch.arange(32, dtype=torch.float32).reshape(8, 4)
state |= {"lm_predictions.rows": shared[5:], "lm_predictions.whole": shared, "lm_predictions.again": shared}
state |= {"position_ids": torch.arange(16).reshape(1, 16), "scalar": torch.tensor(0.25), "empty": torch.zeros(0, 4), "bf16": torch.linspace(-2, 2, 5).bfloat16()}

os.makedirs("deberta", exist_ok=True)
config.save_pretrained("deberta")
torch.save(state, "deberta/pytorch_model.bin")
save_file({name: tensor.detach().clone() for name, tensor in state.items()}, "deberta/twin.safetensors", metadata={"format": "pt"})

small = torch.arange(6, dtype=torch.float32).reshape(2, 3)
torch.save({"turned": small.T}, "transposed.bin")
torch.save(state, "old_format.bin", _use_new_zipfile_serialization=False)
torch.save({"model": {"small": small}, "step": 3}, "nested.bin")


class Runs:
    def __reduce__(self):
        return (os.system, ("touch /tmp/was-run",))


torch.save({"small": small, "other": Runs()}, "malicious.bin")
