"""Makes the files beside it, with safetensors 0.8.0, numpy 2.4.6 and ml_dtypes 0.6.0: `python make.py` in this folder."""
import hashlib
import json

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

# What our writer must give byte for byte: the order of types and names, the padding, a scalar, an empty tensor, a name that is not ASCII.
names = ["b.weight", "a.weight", "a.bias", "a_bcd", "B", "ü", "layer.10.weight", "layer.2.weight"]
tensors = {name: np.arange(6 * i, 6 * i + 6, dtype=np.float32).reshape(2, 3) / 7 for i, name in enumerate(names)}
tensors |= {"scalar": np.array(0.5, np.float32), "empty": np.zeros((0, 4), np.float32), "steps": np.array([1, -2, 2**53 + 1], np.int64)}
save_file(tensors, "written.safetensors", metadata={"format": "pt"})

# Every type that is read, and what it is in float32.
values = np.array([0.0, -0.0, 1.0, -1.5, 1 / 3, 6.1e-5, 5.97e-8, 65504.0, -0.02, 1e-12], np.float64)
stored = {
    "f64": values,
    "f32": values.astype(np.float32),
    "f16": values.astype(np.float16),
    "bf16": values.astype(ml_dtypes.bfloat16),
    "i64": np.arange(-5, 5, dtype=np.int64) * 1000003,
    "u8": np.arange(10, dtype=np.uint8),
}
save_file({name: array.reshape(2, 5) for name, array in stored.items()}, "dtypes.safetensors")


def all_finite_hash(dtype):
    """SHA-256 of the float32 values of all 65,536 bit patterns, infinity and NaN as 0."""
    floats = np.arange(1 << 16, dtype=np.uint16).view(dtype).astype(np.float32)
    return hashlib.sha256(np.where(np.isfinite(floats), floats, np.float32(0)).tobytes()).hexdigest()


with open("expected.json", "w") as file:
    json.dump({
        "float32": {name: array.astype(np.float32).reshape(-1).tolist() for name, array in stored.items() if name != "u8"},
        "allF16": all_finite_hash(np.float16),
        "allBF16": all_finite_hash(ml_dtypes.bfloat16),
    }, file, indent=1)
