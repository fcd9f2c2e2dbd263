"""Makes relative_buckets.json beside it, with transformers 5.23.0 and torch 2.15.0: `python relative_buckets.py` in this folder.

For distances from -600 to 600: MPNet's buckets of key - query, DeBERTa's of query - key under "position_buckets,longest distance".
"""
import json

import torch
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

distances = torch.arange(-600, 601)
sizes = [(256, 512), (16, 64), (256, 8192), (32, 512), (128, 512), (64, 256), (7, 64), (4, 40), (50, 300)]
buckets = {
    "mpnet": MPNetEncoder.relative_position_bucket(distances).tolist(),
    "deberta": {f"{count},{longest}": make_log_bucket_position(distances, count, longest).to(torch.long).tolist() for count, longest in sizes},
}
with open("relative_buckets.json", "w") as file:
    json.dump(buckets, file, separators=(",", ":"))
